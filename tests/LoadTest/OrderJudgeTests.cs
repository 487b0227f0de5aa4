using System.Security.Cryptography;

using FlashSale.Contract;
using FlashSale.LoadTest.Verify;
using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.LoadTest;

/// <summary>What the public log of calls is held to.</summary>
public sealed class OrderJudgeTests
{
    private const uint Epoch = 1_900_000_000;
    private static readonly byte[] s_seed = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly DateTimeOffset s_start = DateTimeOffset.FromUnixTimeSeconds(Epoch);

    [Fact]
    public void A_log_by_the_rules_is_believed() => Assert.Empty(OrderJudge.Judge(Log(
        "1 called", "2 passedOver", "4 left", "3 called", "2 returned", "5 passedOver", "2 called", "3 missed", "4 passedOver", "6 called",
        "1 requeued", "1 called", "5 returned", "5 passedOver", "5 returned", "5 called", "7 called")));

    [Theory]
    [InlineData("number 2 of rank 2 was called before rank 1", "2 called", "1 called")]
    [InlineData("number 3 of rank 3 was called before rank 2", "1 called", "3 called", "2 called")]
    [InlineData("number 1 was called when its turn had been", "1 called", "1 called")]
    [InlineData("number 9 of rank 9 was passed over before rank 2", "1 called", "9 passedOver", "9 returned", "9 called")]
    [InlineData("number 1 was called after it had been left", "1 left", "1 called")]
    [InlineData("number 1 was called when its turn had been", "1 passedOver", "1 called")]
    [InlineData("number 2 came back before it was passed over", "1 called", "2 returned")]
    [InlineData("number 3 was called before number 1, which had come back", "1 passedOver", "2 passedOver", "1 returned", "+20", "3 called")]
    [InlineData("number 2 was called before number 1, which had come back", "1 passedOver", "2 passedOver", "1 returned", "2 returned", "+20", "2 called")]
    [InlineData("number 1 missed a turn that it did not have", "1 missed")]
    [InlineData("number 1 is to be called again, and was not called", "1 requeued")]
    [InlineData("number 1 was passed over after it had been called", "1 called", "1 passedOver")]
    [InlineData("which is not known", "1 admitted")]
    public void A_log_that_breaks_a_rule_is_refused(string why, params string[] log) =>
        Assert.Contains(OrderJudge.Judge(Log(log)), violation => violation.Contains(why, StringComparison.Ordinal));

    [Fact]
    public void Who_came_back_in_the_moment_of_a_call_may_have_come_too_late_for_it() => Assert.Empty(OrderJudge.Judge(Log(
        "1 passedOver", "2 passedOver", "+60", "1 returned", "3 called", "+20", "1 called")));

    [Fact]
    public void A_log_with_a_gap_is_refused()
    {
        var log = Log("1 called", "2 called", "3 called");
        var violation = Assert.Single(OrderJudge.Judge(log with { Logs = [new(Epoch, [log.Calls[0], log.Calls[2]])] }));
        Assert.Contains("the log has a gap", violation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shuffle_is_computed_anew_and_two_calls_that_were_swapped_are_found()
    {
        var shuffle = new Shuffle(s_seed, 50);
        string[] calls = [.. Enumerable.Range(1, 60).Select(rank => $"{shuffle.NumberAt(rank)} called")];
        var order = Log(calls) with { Order = "shuffle", Shuffle = Public(s_seed) };
        Assert.Empty(OrderJudge.Judge(order));
        (calls[10], calls[20]) = (calls[20], calls[10]);
        Assert.NotEmpty(OrderJudge.Judge(Log(calls) with { Order = "shuffle", Shuffle = Public(s_seed) }));

        var other = Public(s_seed) with { Seed = Convert.ToBase64String(new byte[32]) };
        Assert.Contains("committed", Assert.Single(OrderJudge.Judge(order with { Shuffle = other })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_beacon_is_mixed_in_and_neither_its_name_nor_its_value_can_be_another_one()
    {
        var seed = Convert.ToBase64String(s_seed);
        var named = Public(s_seed) with { SeedHash = Draw.Commitment(seed, "drand round 7"), Beacon = new("drand round 7", "2a") };
        var shuffle = new Shuffle(Draw.Key(seed, "2a"), 50);
        var order = Log([.. Enumerable.Range(1, 50).Select(rank => $"{shuffle.NumberAt(rank)} called")]) with { Order = "shuffle", Shuffle = named };
        Assert.Empty(OrderJudge.Judge(order));
        Assert.NotEmpty(OrderJudge.Judge(order with { Shuffle = named with { Beacon = new("drand round 7", "2b") } }));
        Assert.Contains("committed", Assert.Single(OrderJudge.Judge(
            order with { Shuffle = named with { Beacon = new("drand round 8", "2a") } })), StringComparison.Ordinal);
        Assert.Contains("before the order was drawn", Assert.Single(OrderJudge.Judge(
            order with { Shuffle = named with { Seed = null, Beacon = new("drand round 7", null) } })), StringComparison.Ordinal);
    }

    [Fact]
    public void Places_of_a_line_that_was_lost_come_back_in_their_old_order_and_before_all_others()
    {
        var shuffle = new Shuffle(s_seed, 50);
        var (first, second) = ((uint)shuffle.NumberAt(1), (uint)shuffle.NumberAt(2));
        CallEntry Past(long n, uint number, string what, int after) => new(n, s_start.AddSeconds(after), number, what, Epoch - 100);
        var lost = Public(s_seed) with { Count = 0, Past = [new(Epoch - 100, 50)] };
        CallEntry[] log = [Past(1, second, "returned", 0), Past(2, first, "returned", 1), Past(3, first, "called", 30), Past(4, second, "called", 31)];
        Assert.Empty(OrderJudge.Judge(new PublicOrder("shuffle", lost, [new(Epoch, log), new(Epoch - 100, [])])));
        log = [log[0], log[1], Past(3, second, "called", 30), Past(4, first, "called", 31)];
        Assert.NotEmpty(OrderJudge.Judge(new PublicOrder("shuffle", lost, [new(Epoch, log), new(Epoch - 100, [])])));
    }

    private static PublicShuffle Public(byte[] seed) => new(
        "feistel8-hmac-sha256-v1", Epoch, 50, Convert.ToHexStringLower(SHA256.HashData(seed)), Convert.ToBase64String(seed), null, []);

    /// <summary>"number what", a second apart; "+20" lets so many seconds pass.</summary>
    private static PublicOrder Log(params string[] entries)
    {
        var (calls, at) = (new List<CallEntry>(), s_start);
        foreach (var entry in entries)
        {
            if (entry[0] == '+')
            {
                at = at.AddSeconds(int.Parse(entry, null));
                continue;
            }

            var parts = entry.Split(' ');
            calls.Add(new CallEntry(calls.Count + 1, at, uint.Parse(parts[0], null), parts[1], null));
        }

        return new PublicOrder("fifo", null, [new(Epoch, calls)]);
    }
}
