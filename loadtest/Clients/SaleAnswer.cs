namespace FlashSale.LoadTest.Clients;

/// <summary>What operators see of a sale that moves.</summary>
/// <param name="Line">Null while the waiting room cannot be asked.</param>
/// <param name="Order"><c>fifo</c> or <c>shuffle</c>.</param>
public sealed record SaleAnswer(UnitsAnswer Units, LineAnswer? Line, int PresenceSeconds, string? Order = null);
