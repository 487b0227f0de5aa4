using FlashSale.Queue;
using FlashSale.WaitingRoom.Claims;

using Xunit;

namespace FlashSale.Tests.WaitingRoom;

/// <summary>What claim and presence times do to turns, in virtual time; what Redis and the network do to them is in the other classes.</summary>
public sealed class TurnTests
{
    [Fact]
    public void Invariant3_Admissions_follow_ticket_order_among_those_present() => VirtualLine.Run(
        units: 10, sale => sale with { StartsAt = VirtualLine.Second(20), PresenceSeconds = 4 }, async line =>
        {
            var tickets = await line.JoinManyAsync(40);
            var present = tickets.Where(ticket => ticket.Place.Number % 2 == 1).ToArray();
            await line.OnlyTheseAsync(22, present);

            Assert.Equal(present.Take(10).Select(ticket => ticket.Place), line.Called.Select(one => one.Place));
            Assert.Equal(10, line.Called.Select(one => one.Unit).Distinct().Count());
        });

    [Fact]
    public void Invariant3_Who_was_away_and_returns_goes_before_every_later_number() => VirtualLine.Run(
        units: 1, sale => sale with { StartsAt = VirtualLine.Second(20), PresenceSeconds = 4 }, async line =>
        {
            var tickets = await line.JoinManyAsync(3);
            var (away, second, third) = (tickets[0], tickets[1], tickets[2]);
            await line.OnlyTheseAsync(22, second, third);
            Assert.Equal(PlaceState.Admitted, await line.LookAsync(second));
            Assert.Equal(PlaceState.Waiting, await line.LookAsync(away));

            Assert.True(await line.LeaveAsync(second)); // Unclaimed: the unit is free at once.
            await line.UntilAsync(async () =>
            {
                await line.LookAsync(third);
                return await line.LookAsync(away) == PlaceState.Admitted;
            }, "who returned is admitted");
            Assert.Equal(PlaceState.Waiting, await line.LookAsync(third));
        });

    [Fact]
    public void Invariant3_Who_polls_only_as_rarely_as_told_is_present_until_then() => VirtualLine.Run(
        units: 1, sale => sale with { StartsAt = VirtualLine.Second(20), PresenceSeconds = 1 }, async line =>
        {
            var tickets = await line.JoinManyAsync(2);
            line.Line.Tell(tickets[0], nextPollMs: 21_000);
            await line.OnlyTheseAsync(25, tickets[1]);
            Assert.Equal(tickets[0].Place, line.Called.First().Place);
        });

    /// <summary>Once by the join, once by the first report, and then in every eighth of the presence time.</summary>
    [Fact]
    public void Who_polls_all_the_time_is_told_of_now_and_then() => VirtualLine.Run(
        units: 1, sale => sale with { StartsAt = DateTimeOffset.MaxValue, PresenceSeconds = 40 }, async line =>
        {
            var ticket = await line.JoinAsync(1);
            var told = new HashSet<string>();
            for (var look = 0; look < 60; look++)
            {
                await line.OnlyTheseAsync(0.2, ticket);
                told.Add((string)line.Redis.Read(new LineKeys(line.Sale.Id).Present)
                    .Single(one => one.Name == LineKeys.Field(ticket.Place)).Value!);
            }

            Assert.InRange(told.Count, 3, 4);
        });

    [Fact]
    public void An_unused_turn_is_missed_the_next_is_admitted_and_joining_again_is_at_the_end() => VirtualLine.Run(
        units: 1, sale => sale with { ClaimSeconds = 4 }, async line =>
        {
            var first = await line.JoinAsync(1);
            await line.UntilAsync(first, PlaceState.Admitted);
            var second = await line.JoinAsync(2);
            await line.UntilAsync(first, PlaceState.Missed);
            await line.UntilAsync(second, PlaceState.Admitted);
            Assert.IsType<ClaimOutcome.Missed>(await line.TryClaimAsync(first));
            Assert.Equal(3u, (await line.JoinAsync(1)).Place.Number);
        });

    [Fact]
    public void Leaving_frees_an_unclaimed_unit_at_once_and_a_claimed_one_only_after_redeem_by() => VirtualLine.Run(
        units: 1, sale => sale with { ClaimSeconds = 20 }, async line =>
        {
            var first = await line.JoinAsync(1);
            await line.UntilAsync(first, PlaceState.Admitted);
            var second = await line.JoinAsync(2);
            Assert.True(await line.LeaveAsync(first));
            var left = line.Now;
            await line.UntilAsync(second, PlaceState.Admitted);
            Assert.InRange(line.Now - left, TimeSpan.Zero, TimeSpan.FromSeconds(2));
            Assert.Equal(PlaceState.Left, await line.LookAsync(first));

            var third = await line.JoinAsync(3);
            var token = await line.ClaimAsync(second);
            Assert.True(await line.LeaveAsync(second));
            await line.UntilAsync(third, PlaceState.Admitted);
            Assert.True(line.Now > token.Until.AddSeconds(line.Sale.GraceSeconds));
            Assert.True(await line.LeaveAsync(first)); // Repeating it is harmless.
        });

    [Fact]
    public void Invariant2_Who_leaves_with_a_token_and_joins_again_gets_no_second_admission() => VirtualLine.Run(
        units: 2, sale => sale with { ClaimSeconds = 4 }, async line =>
        {
            var first = await line.JoinAsync(1);
            await line.UntilAsync(first, PlaceState.Admitted);
            var token = await line.ClaimAsync(first);
            Assert.True(await line.LeaveAsync(first));
            Assert.Equal(PlaceState.Left, await line.LookAsync(first));

            Assert.Equal(first.Place, (await line.JoinAsync(1)).Place);
            Assert.Equal(PlaceState.Admitted, await line.LookAsync(first));
            Assert.Equal(token, await line.ClaimAsync(first));

            await line.UntilAsync(first, PlaceState.Missed);
            Assert.Equal(2u, (await line.JoinAsync(1)).Place.Number);
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Invariant3_A_turn_that_was_missed_stays_missed_when_Redis_has_lost_all(bool otherLeader) => VirtualLine.Run(
        units: 1, sale => sale with { ClaimSeconds = 1 }, async line =>
        {
            var (first, second) = (await line.JoinAsync(1), await line.JoinAsync(2));
            await line.UntilAsync(first, PlaceState.Missed);
            await line.UntilAsync(second, PlaceState.Admitted);
            await line.HoldAsync(await line.ClaimAsync(second));
            if (otherLeader)
            {
                line.KillRoom();
                line.StartRoom();
                await line.WaitAsync(10);
            }

            var epoch = line.Board!.Epoch;
            line.Flush();
            await line.NewEpochAsync(than: epoch);
            Assert.Equal(PlaceState.Missed, await line.LookAsync(first));
            var again = await line.JoinAsync(1);
            Assert.True(again.Place.Epoch > epoch);
            Assert.Equal(PlaceState.Missed, await line.LookAsync(first));
        });

    [Fact]
    public void A_turn_that_ended_while_the_room_heard_nothing_of_the_ledger_was_missed_all_the_same() => VirtualLine.Run(
        units: 1, sale => sale with { ClaimSeconds = 6 }, async line =>
        {
            var (first, second) = (await line.JoinAsync(1), await line.JoinAsync(2));
            await line.UntilAsync(first, PlaceState.Admitted);
            var promise = await line.ClaimAsync(first);
            line.LosesPulls = true;
            await line.UntilAsync(() => line.Now > promise.Until.AddSeconds(line.Sale.GraceSeconds + 1), "too late");
            Assert.Equal(PlaceState.Admitted, await line.LookAsync(first));
            line.LosesPulls = false;
            await line.UntilAsync(first, PlaceState.Missed);
            await line.UntilAsync(second, PlaceState.Admitted);
        });

    [Fact]
    public void Invariant8_A_turn_in_which_Redis_was_away_comes_again_from_the_front() => VirtualLine.Run(
        units: 1, sale => sale with { ClaimSeconds = 6 }, async line =>
        {
            var (first, second) = (await line.JoinAsync(1), await line.JoinAsync(2));
            await line.UntilAsync(first, PlaceState.Admitted);
            var promise = await line.ClaimAsync(first);
            line.StopRedis();
            await line.UntilAsync(() => line.Now > promise.Until.AddSeconds(line.Sale.GraceSeconds + 1), "too late");
            line.StartRedis();
            await AgainAsync(line, first, second, promise.Until);
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Invariant1_A_room_that_does_not_know_what_was_promised_blocks_the_units_until_no_promise_can_live(bool twice) =>
        VirtualLine.Run(units: 2, sale => sale with { ClaimSeconds = 30 }, async line =>
        {
            var first = await line.JoinAsync(1);
            await line.UntilAsync(first, PlaceState.Admitted);
            var promise = await line.ClaimAsync(first);
            line.KillRoom();
            for (var losses = 0; losses < (twice ? 2 : 1); losses++)
            {
                var epoch = line.Board!.Epoch;
                line.Flush();
                if (losses == 0) line.StartRoom();
                await line.NewEpochAsync(than: epoch);
            }

            var second = await line.JoinAsync(2);
            await line.UntilAsync(second, PlaceState.Admitted);
            Assert.True(line.Now > promise.Until.AddSeconds(line.Sale.GraceSeconds));
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Invariant1_An_epoch_that_was_begun_and_not_finished_forgets_no_promise(bool leaderDies) => VirtualLine.Run(
        units: 1, sale => sale with { ClaimSeconds = 30 }, async line =>
        {
            var first = await line.JoinAsync(1);
            await line.UntilAsync(first, PlaceState.Admitted);
            var promise = await line.ClaimAsync(first);
            var epoch = line.Board!.Epoch;
            if (leaderDies) line.KillRoom();

            // All is lost, and begin.lua has run: its leader has died then, or hears no answer.
            line.Flush();
            var keys = new LineKeys(line.Sale.Id);
            Assert.Equal(1, (int)line.Redis.Run(
                Script.Begin, [keys.Line, keys.Admitted], [1, "", epoch + 1, $"{epoch}:0", 0, 0, "fifo", "0"]));
            if (leaderDies) line.StartRoom();

            var second = await line.JoinAsync(2);
            await line.UntilAsync(second, PlaceState.Admitted);
            Assert.True(line.Now > promise.Until.AddSeconds(line.Sale.GraceSeconds));
        });

    /// <summary>
    /// It is the turn again, once, of the first one, who polls all the time: whoever has had a turn counts as here when they poll.
    /// Nothing has cut the second turn short.
    /// </summary>
    private static async Task AgainAsync(VirtualLine line, Ticket first, Ticket second, DateTimeOffset before)
    {
        await line.UntilAsync(
            async () => await line.LookAsync(first) == PlaceState.Admitted
                && await line.TryClaimAsync(first) is ClaimOutcome.Admitted { RedeemBy: var again } && again > before.ToUnixTimeSeconds(),
            "it is the first one's turn again", everyMs: 10);
        Assert.Equal(PlaceState.Waiting, await line.LookAsync(second));
        await line.UntilAsync(first, PlaceState.Missed);
    }
}
