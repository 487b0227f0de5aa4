namespace FlashSale.Tests.Payments;

/// <param name="Unit">0 or 1.</param>
/// <param name="Checkout">0 or 1.</param>
/// <param name="Number">A choice within the act, 0–15.</param>
public sealed record ScheduleEvent(ScheduleAct Act, int Unit, int Checkout, int Number)
{
    public override string ToString() => $"{Act}({Unit},{Checkout},{Number})";
}
