namespace FlashSale.PaymentSimulator.Money;

/// <summary>Why a card was refused: Stripe's <c>code</c>, <c>decline_code</c> and message.</summary>
public sealed record CardDecline(string Code, string? DeclineCode, string Message)
{
    public static readonly CardDecline Generic =
        new("card_declined", "generic_decline", "Your card was declined.");

    public static readonly CardDecline InsufficientFunds =
        new("card_declined", "insufficient_funds", "Your card has insufficient funds.");

    public static readonly CardDecline Processing =
        new("processing_error", "processing_error", "An error occurred while processing your card. Try again later.");

    /// <summary>The shopper did not prove to be the card's holder: no card was asked.</summary>
    public static readonly CardDecline NotAuthenticated = new("payment_intent_authentication_failure", null,
        "The provided PaymentMethod has failed authentication. You can provide a new PaymentMethod to attempt to fulfill "
        + "this PaymentIntent again.")
    { IsOfCard = false };

    /// <summary>False: an error of the intent, not of the card.</summary>
    public bool IsOfCard { get; private init; } = true;

    private static readonly CardDecline[] s_random = [Generic, InsufficientFunds, Processing];

    /// <summary>A decline drawn by <c>declineAuthorise</c>.</summary>
    public static CardDecline Random(ulong draw) => s_random[draw % (ulong)s_random.Length];
}
