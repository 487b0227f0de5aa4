namespace FlashSale.LoadTest.Chaos;

/// <summary>
/// Invariant 7 of refusals: a definite no is allowed only when nothing that was acknowledged before says otherwise. What is
/// allowed of each act is listed; everything else is a violation. Reasons are looked up in the ledger, deadlines are those
/// that the shopper was told.
/// </summary>
internal static class RefusalCheck
{
    /// <summary>The ledger's clock as a room keeps it between two pulls, and this machine's: seconds.</summary>
    private const double ClockTolerance = 1.5;

    public static IEnumerable<string> Check(Evidence evidence)
    {
        var rows = evidence.Ledger.ToLookup(row => row.Shopper);
        return evidence.History.GroupBy(e => e.Shopper).SelectMany(own =>
        {
            HistoryEvent[] inOrder = [.. own.OrderBy(e => e.Received)];
            return inOrder.Where(e => e.Answer == HistoryAnswer.Fail)
                .Select(no => Broken(new Refusal(evidence, no, inOrder, [.. rows[own.Key]]))).OfType<string>();
        });
    }

    private static string? Broken(Refusal refusal) =>
        refusal.No.State is "slowDown" or "joiningNotOpen" || (refusal.No.Act switch
        {
            HistoryAct.Join => MayNotJoin(refusal),
            HistoryAct.Claim => MayNotClaim(refusal),
            HistoryAct.Reserve => MayNotReserve(refusal),
            HistoryAct.Pay => MayNotPay(refusal),
            HistoryAct.GiveBack => refusal.No.State is "paymentInProgress" || HasBought(refusal) || TokenIsOver(refusal),
            HistoryAct.Read => TokenIsOver(refusal),
            _ => false, // A ticket lives as long as its sale.
        })
            ? null
            : $"7: {refusal.No.Shopper} was refused {refusal.No.Act} with {refusal.No.State} at "
                + $"{refusal.No.Sent / 1e6:F1}-{refusal.No.Received / 1e6:F1}, against what was acknowledged";

    private static bool MayNotJoin(Refusal refusal) => HasBought(refusal) || IsSoldOut(refusal);

    /// <summary>A turn of which the shopper was told stays open until redeem-by, unless Redis lost it unclaimed.</summary>
    private static bool MayNotClaim(Refusal refusal)
    {
        var told = refusal.Before(e => e is { Act: HistoryAct.Join or HistoryAct.Poll or HistoryAct.Claim, Answer: HistoryAnswer.Ok })
            .LastOrDefault(e => e.State == "admitted" || e.Act == HistoryAct.Claim);
        var open = told is not null && !Passed(refusal, told.RedeemBy);
        var lost = told is not null && refusal.Evidence.RedisLosses.Any(loss =>
            loss.Began <= refusal.At && loss.Ended >= Epoch(told.RedeemBy) - refusal.Evidence.ClaimSeconds - ClockTolerance);
        return refusal.No.State switch
        {
            "notYourTurn" or "admissionMissed" => !open || lost,
            "admissionSpent" => refusal.Rows.Any(row => row.Ended is not null),
            _ => HasBought(refusal) || IsSoldOut(refusal),
        };
    }

    /// <summary>A token that was handed out is good until redeem-by, whatever Redis has lost.</summary>
    private static bool MayNotReserve(Refusal refusal)
    {
        var token = refusal.Before(e => e is { Act: HistoryAct.Claim, Answer: HistoryAnswer.Ok }).LastOrDefault();
        if (token is null) return true;
        return refusal.No.State switch
        {
            "admissionMissed" => Passed(refusal, token.RedeemBy),
            "admissionSpent" => refusal.Rows.Any(row => row.Admission == token.Admission && row.Ended is not null),
            "alreadyReserved" => refusal.Rows.Any(row => row.Admission != token.Admission
                && Epoch(row.Created) <= refusal.At + ClockTolerance
                && (row.Ended is not { } ended || Epoch(ended) >= refusal.From - ClockTolerance)),
            _ => HasBought(refusal) || TokenIsOver(refusal),
        };
    }

    private static bool MayNotPay(Refusal refusal)
    {
        if (refusal.No.State is "paymentDeclined" or "paymentInProgress") return true;
        if (HasBought(refusal) || TokenIsOver(refusal)) return true;
        return refusal.No.State == "reservationEnded"
            && (refusal.Before(e => e.PayBy != default).LastOrDefault() is not { } told || Passed(refusal, told.PayBy)
                || refusal.Before(e => e.Act == HistoryAct.GiveBack).Any());
    }

    private static bool HasBought(Refusal refusal) =>
        refusal.No.State == "alreadyBought" && refusal.Rows.Any(row => row.State is "sold" or "refunded");

    private static bool IsSoldOut(Refusal refusal) => refusal.No.State == "saleEnded"
        && refusal.Evidence.Ledger.Where(row => row.State is "sold" or "refunded").DistinctBy(row => row.Unit).Count()
            >= refusal.Evidence.Inventory;

    /// <summary>A token opens the cart until redeem-by and the time to pay have passed.</summary>
    private static bool TokenIsOver(Refusal refusal) => refusal.No.State is "admissionRequired" or "admissionInvalid"
        && refusal.Before(e => e is { Act: HistoryAct.Claim, Answer: HistoryAnswer.Ok }).LastOrDefault() is { } token
        && Passed(refusal, token.RedeemBy.AddSeconds(refusal.Evidence.PaySeconds));

    private static bool Passed(Refusal refusal, DateTimeOffset deadline) => refusal.At >= Epoch(deadline) - ClockTolerance;

    private static double Epoch(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    /// <param name="No">The refusal.</param>
    /// <param name="Own">All that its shopper was answered.</param>
    /// <param name="Rows">The shopper's reservations.</param>
    private sealed record Refusal(Evidence Evidence, HistoryEvent No, HistoryEvent[] Own, LedgerRow[] Rows)
    {
        public double From => Evidence.Seconds(No.Sent);

        public double At => Evidence.Seconds(No.Received);

        public IEnumerable<HistoryEvent> Before(Func<HistoryEvent, bool> which) =>
            Own.Where(e => e.Received <= No.Sent && which(e));
    }
}
