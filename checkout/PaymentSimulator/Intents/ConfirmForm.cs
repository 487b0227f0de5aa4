using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Intents;

/// <summary>With what an intent is confirmed.</summary>
/// <param name="PaymentMethod">The test card, also when a confirmation token stands for it; null: the one it has.</param>
/// <param name="ReturnUrl">Where the bank's page sends the shopper; null: the page that asked shows the challenge.</param>
public sealed record ConfirmForm(string? PaymentMethod, string? ReturnUrl)
{
    /// <summary>Null with a problem when a parameter is wrong.</summary>
    public static ConfirmForm? Read(IFormCollection form, Tokens tokens, out StripeAnswer? problem)
    {
        problem = null;
        var (what, id) = IntentForm.Text(form, "confirmation_token") is { } token ? ("confirmation_token", token)
            : ("payment_method", IntentForm.Text(form, "payment_method"));
        var card = id is null ? null : tokens.Find(id);
        var returnUrl = IntentForm.Text(form, "return_url");
        if (id is not null && card is null) problem = StripeAnswer.NoSuch(what, id);
        else if (returnUrl is not null && form["use_stripe_sdk"] == "true")
            problem = StripeAnswer.Problem(400, "invalid_request_error", null,
                "return_url and use_stripe_sdk can't both be given.", saved: false, "return_url");
        return problem is null ? new ConfirmForm(card, returnUrl) : null;
    }
}
