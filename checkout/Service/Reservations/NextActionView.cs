namespace FlashSale.Checkout.Reservations;

/// <summary>The bank wants the shopper to prove who they are.</summary>
/// <param name="Type"><c>challenge</c>.</param>
/// <param name="ClientSecret">For the provider's script, on the shopper's own page. Never stored, never logged.</param>
/// <param name="Url">The bank's page, where it can be opened without the provider's script; else null.</param>
/// <param name="Until">Until then; afterwards the unit goes to the next in line.</param>
public sealed record NextActionView(string Type, string ClientSecret, string? Url, DateTimeOffset Until)
{
    /// <summary>Without the secret, so that it gets into no log by accident.</summary>
    public override string ToString() => $"{Type} until {Until:O}";
}
