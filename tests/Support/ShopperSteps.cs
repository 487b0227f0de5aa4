using System.Diagnostics;

using FlashSale.LoadTest.Clients;

using Xunit;

namespace FlashSale.Tests.Support;

/// <summary>Several requests of a shopper as one step, so that an end-to-end test reads as sentences.</summary>
public static class ShopperSteps
{
    private static readonly TimeSpan s_atMost = TimeSpan.FromSeconds(120);

    /// <summary>Sooner than a real shopper is told to, later than what counts as hammering.</summary>
    private static readonly TimeSpan s_betweenPolls = TimeSpan.FromMilliseconds(250);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Polls until the answer's state is one of <paramref name="states"/>.</summary>
    public static async Task IsToldAsync(this Shopper shopper, params string[] states)
    {
        var last = "";
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < s_atMost;)
        {
            var answer = await shopper.PollAsync(Cancel);
            last = answer.Body?.State ?? answer.Problem!;
            if (states.Contains(last)) return;
            await Task.Delay(s_betweenPolls, Cancel);
        }
        Assert.Fail($"not told '{string.Join("' or '", states)}' within {s_atMost}, but '{last}'");
    }

    /// <summary>
    /// Has a place in line: who is told that there is none to be had right now (a sale that is seconds old, a machine that is
    /// busy) asks again, as the page does.
    /// </summary>
    public static async Task<PlaceAnswer> JoinsAsync(this Shopper shopper)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            var answer = await shopper.JoinAsync(Cancel);
            if (!answer.IsTemporary || Stopwatch.GetElapsedTime(started) > s_atMost) return answer.Require();
            await Task.Delay(s_betweenPolls, Cancel);
        }
    }

    /// <summary>Polls until it is the shopper's turn.</summary>
    public static Task IsAdmittedAsync(this Shopper shopper) => shopper.IsToldAsync("admitted");

    /// <summary>Waits for the turn, claims it and reserves; joined already.</summary>
    public static async Task<ReservationAnswer> HasAUnitInTheCartAsync(this Shopper shopper)
    {
        await shopper.IsToldAsync("admitted", "redeemed");
        (await shopper.ClaimAsync(Cancel)).Require();
        return (await shopper.ReserveAsync(Cancel)).Require();
    }

    /// <summary>From waiting in line to owning the unit.</summary>
    public static async Task BuysAsync(this Shopper shopper)
    {
        await shopper.HasAUnitInTheCartAsync();
        Assert.Equal(201, (await shopper.PayAsync("pm_card_visa", null, Cancel)).Status);
    }

    /// <summary>The audit finds every invariant kept and this many units sold.</summary>
    public static async Task AuditsAsync(this TestSystem system, string sale, int sold)
    {
        var audit = await system.Operators.AuditAsync(sale, Cancel);
        Assert.True(audit.Ok, string.Join('\n', audit.Violations));
        Assert.Equal(sold, audit.Sold);
    }
}
