using FlashSale.PaymentSimulator.Faults;
using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Intents;

/// <summary>What the bank is told to do in one call that it would not do by itself.</summary>
/// <param name="Challenge">A card that needs none is challenged all the same.</param>
/// <param name="RefundPends">A refund is on its way for a while before it has succeeded.</param>
/// <param name="Processing">A card that is good is being worked on for a while before it is authorised.</param>
public readonly record struct BankMood(
    CardDecline? DeclineAuthorise, bool DeclineCapture, bool VoidFails, bool RefundFails, bool RefundFailsLater,
    bool Challenge = false, bool Processing = false, bool RefundPends = false)
{
    public static BankMood Of(FaultDraw faults) => new(
        faults.Has(Fault.DeclineAuthorise) ? CardDecline.Random(faults.Number("decline")) : null,
        faults.Has(Fault.DeclineCapture),
        faults.Has(Fault.VoidFails),
        faults.Has(Fault.RefundFails) && faults.Number("refund") % 2 == 0,
        faults.Has(Fault.RefundFails),
        faults.Has(Fault.ChallengePasses) || faults.Has(Fault.ChallengeFails) || faults.Has(Fault.ChallengeAbandoned)
            || faults.Has(Fault.ChallengeLate),
        faults.Has(Fault.Processing),
        faults.Has(Fault.RefundPends));
}
