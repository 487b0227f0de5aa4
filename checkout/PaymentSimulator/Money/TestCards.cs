namespace FlashSale.PaymentSimulator.Money;

/// <summary>Stripe's test payment methods: what confirming with each of them does.</summary>
public static class TestCards
{
    private static readonly HashSet<string> s_good =
    [
        "pm_card_visa", "pm_card_visa_debit", "pm_card_mastercard", "pm_card_mastercard_debit",
        "pm_card_mastercard_prepaid", "pm_card_amex", "pm_card_discover", "pm_card_diners", "pm_card_jcb",
        "pm_card_unionpay", "pm_card_us", "pm_card_gb", "pm_card_de", "pm_card_threeDSecureOptional",
        "pm_card_threeDSecureNotSupported",
    ];

    private static readonly Dictionary<string, CardDecline> s_bad = new()
    {
        ["pm_card_chargeDeclined"] = CardDecline.Generic,
        ["pm_card_chargeDeclinedInsufficientFunds"] = CardDecline.InsufficientFunds,
        ["pm_card_chargeDeclinedLostCard"] = new("card_declined", "lost_card", "Your card was declined."),
        ["pm_card_chargeDeclinedStolenCard"] = new("card_declined", "stolen_card", "Your card was declined."),
        ["pm_card_chargeDeclinedFraudulent"] = new("card_declined", "fraudulent", "Your card was declined."),
        ["pm_card_chargeDeclinedVelocityLimitExceeded"] =
            new("card_declined", "card_velocity_exceeded", "Your card was declined for making repeated attempts."),
        ["pm_card_chargeDeclinedExpiredCard"] = new("expired_card", null, "Your card has expired."),
        ["pm_card_chargeDeclinedIncorrectCvc"] = new("incorrect_cvc", null, "Your card's security code is incorrect."),
        ["pm_card_chargeDeclinedProcessingError"] = CardDecline.Processing,
    };

    // The bank wants the shopper to prove who they are (3-D Secure); and what it says of the card then.
    private static readonly Dictionary<string, CardDecline?> s_challenged = new()
    {
        ["pm_card_authenticationRequired"] = null,
        ["pm_card_authenticationRequiredOnSetup"] = null,
        ["pm_card_threeDSecure2Required"] = null,
        ["pm_card_threeDSecureRequired"] = null,
        ["pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"] = CardDecline.InsufficientFunds,
        ["pm_card_threeDSecureRequiredChargeDeclined"] = CardDecline.Generic,
        ["pm_card_threeDSecureRequiredProcessingError"] = CardDecline.Processing,
    };

    /// <summary>The numbers of the test cards, as a shopper types them.</summary>
    private static readonly Dictionary<string, string> s_numbers = new()
    {
        ["4242424242424242"] = "pm_card_visa",
        ["4000056655665556"] = "pm_card_visa_debit",
        ["5555555555554444"] = "pm_card_mastercard",
        ["378282246310005"] = "pm_card_amex",
        ["4000000000000002"] = "pm_card_chargeDeclined",
        ["4000000000009995"] = "pm_card_chargeDeclinedInsufficientFunds",
        ["4000000000009987"] = "pm_card_chargeDeclinedLostCard",
        ["4000000000000069"] = "pm_card_chargeDeclinedExpiredCard",
        ["4000000000000127"] = "pm_card_chargeDeclinedIncorrectCvc",
        ["4000000000000119"] = "pm_card_chargeDeclinedProcessingError",
        ["4000000000003220"] = "pm_card_threeDSecure2Required",
        ["4000000000003063"] = "pm_card_threeDSecureRequired",
        ["4000002500003155"] = "pm_card_authenticationRequiredOnSetup",
        ["4000002760003184"] = "pm_card_authenticationRequired",
        ["4000008260003178"] = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
        ["4000008400001629"] = "pm_card_threeDSecureRequiredChargeDeclined",
    };

    /// <summary>False when Stripe would say <c>No such PaymentMethod</c>.</summary>
    public static bool Exists(string method) =>
        s_good.Contains(Plain(method)) || s_bad.ContainsKey(Plain(method)) || s_challenged.ContainsKey(method);

    public static bool IsChallenged(string method) => s_challenged.ContainsKey(method);

    /// <summary>Null when the card is good; of a challenged card, once the challenge has passed.</summary>
    public static CardDecline? DeclineOf(string method) =>
        s_challenged.TryGetValue(method, out var after) ? after : s_bad.GetValueOrDefault(Plain(method));

    /// <summary>The payment method of a card's number, or null.</summary>
    public static string? OfNumber(string number) => s_numbers.GetValueOrDefault(number);

    /// <summary>The last four digits of a payment method's card.</summary>
    public static string Last4(string method) =>
        s_numbers.FirstOrDefault(pair => pair.Value == method).Key is { } number ? number[^4..] : "4242";

    // pm_card_visa_chargeDeclined is an older name of pm_card_chargeDeclined.
    private static string Plain(string method) => method.Replace("_visa_charge", "_charge", StringComparison.Ordinal);
}
