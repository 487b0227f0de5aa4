using FlashSale.LoadTest.Chaos;

using Xunit;

namespace FlashSale.Tests.Chaos;

/// <summary>A definite no against what was acknowledged is found; one that the ledger or a deadline explains is not.</summary>
public sealed class RefusalCheckTests : ForgedHistory
{
    [Theory]
    [InlineData("ticketInvalid")]
    [InlineData("unknownSale")]
    [InlineData("saleEnded")] // Not all units are sold.
    [InlineData("alreadyBought")] // Nothing was.
    [InlineData("malformed")]
    public void Invariant7_A_join_that_is_refused_for_no_reason_is_found(string code)
    {
        Refused("eve", HistoryAct.Join, 20, code);
        Finds($"7: eve was refused Join with {code}");
    }

    [Theory]
    [InlineData(HistoryAct.Poll, "unknownSale")]
    [InlineData(HistoryAct.Poll, "alreadyBought")]
    [InlineData(HistoryAct.Leave, "ticketInvalid")]
    [InlineData(HistoryAct.GiveBack, "notFound")]
    [InlineData(HistoryAct.Read, "notFound")]
    [InlineData(HistoryAct.Pay, "notFound")]
    [InlineData(HistoryAct.Pay, "idempotencyKeyReused")]
    [InlineData(HistoryAct.Reserve, "wrongSale")]
    [InlineData(HistoryAct.Reserve, "saleEnded")]
    public void Invariant7_A_refusal_that_nothing_explains_is_found(HistoryAct act, string code)
    {
        Refused("cid", act, 12, code);
        Finds($"7: cid was refused {act} with {code}");
    }

    [Theory]
    [InlineData(HistoryAct.Join)]
    [InlineData(HistoryAct.Claim)]
    [InlineData(HistoryAct.Reserve)]
    [InlineData(HistoryAct.Pay)]
    [InlineData(HistoryAct.GiveBack)]
    public void Invariant7_Who_has_bought_may_be_told_so(HistoryAct act)
    {
        Refused("ann", act, 40, "alreadyBought");
        Assert.Empty(Found());
    }

    [Theory]
    [InlineData(12, "notYourTurn", true)]
    [InlineData(12, "admissionMissed", true)]
    [InlineData(21, "admissionMissed", false)] // Redeem-by has passed.
    public void Invariant7_A_turn_that_was_told_stays_open_until_redeem_by(int at, string code, bool isFound)
    {
        Events.Add(new HistoryEvent("eve", HistoryAct.Poll, HistoryAnswer.Ok, 11_000_000, 11_000_001, 5, State: "admitted")
        {
            RedeemBy = Start.AddSeconds(11 + ClaimSeconds),
        });
        Refused("eve", HistoryAct.Claim, at, code);
        if (isFound) Finds($"7: eve was refused Claim with {code}");
        else Assert.Empty(Found());
    }

    [Fact]
    public void Invariant7_A_turn_that_nobody_has_claimed_may_be_lost_with_Redis()
    {
        Events.Add(new HistoryEvent("eve", HistoryAct.Poll, HistoryAnswer.Ok, 11_000_000, 11_000_001, 5, State: "admitted")
        {
            RedeemBy = Start.AddSeconds(11 + ClaimSeconds),
        });
        Loses(12, 13);
        Refused("eve", HistoryAct.Claim, 14, "notYourTurn");
        Assert.Empty(Found());
    }

    [Theory]
    [InlineData("admissionMissed")]
    [InlineData("notYourTurn")]
    [InlineData("admissionSpent")]
    [InlineData("alreadyReserved")]
    [InlineData("admissionRequired")]
    public void Invariant7_A_token_that_was_handed_out_is_good_until_redeem_by_whatever_Redis_has_lost(string code)
    {
        Claims("eve", number: 5, unit: 5, at: 32);
        Loses(33, 34);
        Refused("eve", HistoryAct.Reserve, 38, code);
        Finds($"7: eve was refused Reserve with {code}");
    }

    [Fact]
    public void Invariant7_A_token_may_be_refused_after_redeem_by()
    {
        Claims("eve", number: 5, unit: 5, at: 32);
        Refused("eve", HistoryAct.Reserve, 32 + ClaimSeconds, "admissionMissed");
        Refused("eve", HistoryAct.Reserve, 32 + ClaimSeconds + PaySeconds, "admissionRequired");
        Assert.Empty(Found());
    }

    [Fact]
    public void Invariant7_A_token_whose_reservation_has_ended_is_spent()
    {
        Refused("cid", HistoryAct.Reserve, 31, "admissionSpent");
        Refused("cid", HistoryAct.Claim, 31, "admissionSpent");
        Assert.Empty(Found());
    }

    [Theory]
    [InlineData(20, false, true)]
    [InlineData(30, false, false)]
    [InlineData(20, true, false)]
    public void Invariant7_A_unit_in_the_cart_can_be_paid_until_the_last_pay_by_that_was_told(
        int at, bool givesBack, bool isFound)
    {
        foreach (var (act, told, payBy) in new[] { (HistoryAct.Reserve, 11, 16), (HistoryAct.Read, 14, 30) })
            Events.Add(new HistoryEvent("cid", act, HistoryAnswer.Ok, told * 1_000_000L, told * 1_000_000L + 1, Unit: 3,
                Reservation: "s_cid3", State: "held")
            {
                PayBy = Start.AddSeconds(payBy),
            });
        if (givesBack) Events.Add(new HistoryEvent("cid", HistoryAct.GiveBack, HistoryAnswer.Unknown, 15_000_000, 16_000_000));
        Refused("cid", HistoryAct.Pay, at, "reservationEnded");
        if (isFound) Finds("7: cid was refused Pay with reservationEnded");
        else Assert.Empty(Found());
    }
}
