namespace FlashSale.PaymentSimulator.Money;

/// <summary>Stripe's test payment methods: what confirming with each of them does.</summary>
public static class TestCards
{
    /// <summary>The bank wants the shopper to prove who they are (3-D Secure).</summary>
    public const string AuthenticationRequired = "pm_card_authenticationRequired";

    private static readonly HashSet<string> s_good =
    [
        "pm_card_visa", "pm_card_visa_debit", "pm_card_mastercard", "pm_card_mastercard_debit",
        "pm_card_mastercard_prepaid", "pm_card_amex", "pm_card_discover", "pm_card_diners", "pm_card_jcb",
        "pm_card_unionpay", "pm_card_us", "pm_card_gb", "pm_card_de",
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

    /// <summary>False when Stripe would say <c>No such PaymentMethod</c>.</summary>
    public static bool Exists(string method) =>
        method == AuthenticationRequired || s_good.Contains(Plain(method)) || s_bad.ContainsKey(Plain(method));

    /// <summary>Null when the card is good.</summary>
    public static CardDecline? DeclineOf(string method) => s_bad.GetValueOrDefault(Plain(method));

    // pm_card_visa_chargeDeclined is an older name of pm_card_chargeDeclined.
    private static string Plain(string method) => method.Replace("_visa_charge", "_charge", StringComparison.Ordinal);
}
