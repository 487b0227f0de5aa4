namespace FlashSale.Checkout.Reservations;

/// <summary>The bank wants the shopper to prove who they are; or the shopper pays on the provider's own page.</summary>
/// <param name="Type"><c>challenge</c> or <c>hostedPage</c>.</param>
/// <param name="ClientSecret">For the provider's script, on the shopper's own page. Never stored, never logged. Null for the hosted page.</param>
/// <param name="Url">The bank's page, where it can be opened without the provider's script, else null; or the provider's own.</param>
/// <param name="Until">Until then; afterwards the unit goes to the next in line.</param>
public sealed record NextActionView(string Type, string? ClientSecret, string? Url, DateTimeOffset Until)
{
    /// <summary>Without the secret, so that it gets into no log by accident.</summary>
    public override string ToString() => $"{Type} until {Until:O}";
}
