using FlashSale.Checkout.Payments;
using FlashSale.Pages;

namespace FlashSale.Checkout.Shop;

/// <summary>The provider's own form for a card, on the cart and nowhere else.</summary>
/// <param name="Key">The publishable key.</param>
/// <param name="Script">The provider's script.</param>
internal sealed record CardForm(string Key, string Script)
{
    /// <summary>Null where no publishable key is configured: the cart then has the provider's test cards.</summary>
    public static CardForm? Of(PaymentOptions options) =>
        options.PublishableKey is { Length: > 0 } key ? new CardForm(key, options.ScriptUrl) : null;

    /// <summary>
    /// What the cart's policy opens: for Stripe's own script what Stripe asks for (docs.stripe.com/security/guide), for another
    /// its origin.
    /// </summary>
    public GuestScript Guest()
    {
        var origin = new Uri(Script).GetLeftPart(UriPartial.Authority);
        return origin == "https://js.stripe.com"
            ? new GuestScript(
                " https://js.stripe.com https://*.js.stripe.com", " https://api.stripe.com",
                "frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com; ")
            : new GuestScript(" " + origin, " " + origin, $"frame-src {origin}; ");
    }
}
