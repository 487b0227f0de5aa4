namespace FlashSale.Checkout.Payments.Provider;

/// <summary>What the shopper's page needs to take the shopper through the bank's challenge. Never stored, never logged.</summary>
/// <param name="ClientSecret">Lets the page's script act on this one intent.</param>
/// <param name="Url">The bank's page, when it can be opened by itself.</param>
public sealed record Challenge(string ClientSecret, string? Url)
{
    /// <summary>Without the secret, so that it gets into no log by accident.</summary>
    public override string ToString() => nameof(Challenge);
}
