namespace FlashSale.Checkout.Payments.Provider;

/// <summary>What the shopper's page needs to take the shopper to the bank's challenge, or to the provider's page. Never stored, never logged.</summary>
/// <param name="ClientSecret">Lets the page's script act on this one intent; null for the provider's own page.</param>
/// <param name="Url">The bank's page, when it can be opened by itself; or the provider's.</param>
public sealed record Challenge(string? ClientSecret, string? Url)
{
    /// <summary>The shopper pays on the provider's own page; else the bank asks.</summary>
    public bool IsPage => ClientSecret is null;

    /// <summary>Without the secret, so that it gets into no log by accident.</summary>
    public override string ToString() => nameof(Challenge);
}
