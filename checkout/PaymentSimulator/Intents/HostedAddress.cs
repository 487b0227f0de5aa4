using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Intents;

/// <summary>The address of the provider's own page; its id is its secret, as with Stripe.</summary>
public static class HostedAddress
{
    public static string Of(HostedSession session) => $"{ChallengePage.Base}/sim/checkout/{session.Id}";
}
