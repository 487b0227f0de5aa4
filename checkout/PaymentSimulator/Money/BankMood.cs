namespace FlashSale.PaymentSimulator.Money;

/// <summary>What the bank is told to do wrong in one call.</summary>
public readonly record struct BankMood(
    CardDecline? DeclineAuthorise, bool DeclineCapture, bool VoidFails, bool RefundFails, bool RefundFailsLater);
