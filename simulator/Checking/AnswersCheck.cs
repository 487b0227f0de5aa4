using FlashSale.Contract;

namespace FlashSale.Simulator.Checking;

/// <summary>
/// Invariant 8, its other side: what is closed opens again. Once nothing fails any more and a new line has had its time, every
/// question of a shopper is answered; and a turn is given to a place that somebody has.
/// </summary>
internal sealed class AnswersCheck(Known known, ICollection<Violation> found) : Check(known, found)
{
    public override void Judge(Fact fact)
    {
        switch (fact)
        {
            case Fact.Unanswered unanswered when Known.Sale is { } sale && unanswered.SentAt > OpenAgain(sale):
                Violated(8, $"{Name(unanswered.Shopper)} asks ({unanswered.What.ToString().ToLowerInvariant()}) {Seconds(unanswered.SentAt - Rules.CalmAt)} after the last fault, and is not answered",
                    Known.Of(unanswered.Shopper).Current?.ToldBy, fact);
                break;
            case Fact.Admitted admitted when Known.Find(admitted.Place) is null:
                Violated(2, $"unit {admitted.Unit} is given to number {admitted.Place.Number}, which nobody has", admitted);
                break;
        }
    }

    private long OpenAgain(Sale sale) =>
        Rules.CalmAt + Rules.SettleMs + Rules.RecoverySeconds * 1000L + (sale.ClaimSeconds + sale.GraceSeconds + 2) * 1000L;
}
