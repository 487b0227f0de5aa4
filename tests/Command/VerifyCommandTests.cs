using FlashSale.Command;
using FlashSale.Command.Verify;
using FlashSale.LoadTest.Verify;
using FlashSale.Queue;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Command;

/// <summary><c>./flashsale verify</c> on the whole system.</summary>
public sealed class VerifyCommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fifo", null)]
    [InlineData("shuffle", null)]
    [InlineData("shuffle", "a public beacon, round 7")]
    public async Task Anyone_recomputes_the_order_of_a_sale_and_a_log_with_two_calls_swapped_is_refused(string order, string? beacon)
    {
        var system = await TestSystem.SharedAsync();
        var sale = Unique.Name("verify");
        var starts = TimeProvider.System.GetUtcNow().AddMinutes(10);
        await system.Operators.PutSaleAsync(sale, new
        {
            name = "A phone",
            inventory = 5,
            price = new { amount = 99_900, currency = "usd" },
            order,
            beacon,
            startsAt = starts,
            presenceSeconds = 600,
        }, Cancel);
        var crowd = Enumerable.Range(0, 8).Select(_ => system.Shopper(sale)).ToList();
        foreach (var shopper in crowd) await shopper.JoinsAsync();
        Assert.Equal(204, (await crowd[7].LeaveAsync(Cancel)).Status);
        await system.Operators.PatchSaleAsync(sale, new { startsAt = TimeProvider.System.GetUtcNow() }, Cancel);
        using var http = new HttpClient { BaseAddress = system.Edge.BaseAddress };
        if (beacon is not null) await TellsTheBeaconAsync(system, sale, http);
        PublicOrder? read = null;
        await WaitFor.TrueAsync(async () =>
        {
            foreach (var shopper in crowd) await shopper.PollAsync(Cancel);
            read = await PublicOrderReader.ReadAsync(http, sale, Cancel);
            return read.Calls.Count(one => one.What == "called") == 5;
        }, "five are called");
        Assert.Contains(read!.Calls, one => one is { What: "left", Number: 8 });

        using var output = new StringWriter();
        Assert.Equal(0, await VerifyCommand.RunAsync(http.BaseAddress!, sale, new Place(read.Epoch, read.Calls.First(one => one.What == "called").Number), output, Cancel));
        Assert.Contains("The order holds.", output.ToString(), StringComparison.Ordinal);
        Assert.Contains(": called", output.ToString(), StringComparison.Ordinal);
        if (order == "shuffle") Assert.Equal(8, read.Shuffle!.Count);
        if (beacon is not null) Assert.Contains($"whether the beacon \"{beacon}\" said \"2a\": look it up", output.ToString(), StringComparison.Ordinal);

        var calls = read.Calls.Where(one => one.What == "called").ToList();
        var swapped = read.Calls.Select(one =>
            one == calls[1] ? one with { Number = calls[3].Number } : one == calls[3] ? one with { Number = calls[1].Number } : one).ToList();
        Assert.NotEmpty(OrderJudge.Judge(read with { Logs = [new(read.Epoch, swapped)] }));
    }

    /// <summary>Who takes part is public before the value is, and nobody is called without it.</summary>
    private static async Task TellsTheBeaconAsync(TestSystem system, string sale, HttpClient http)
    {
        PublicShuffle? shuffle = null;
        await WaitFor.TrueAsync(async () =>
            (shuffle = (await PublicOrderReader.ReadAsync(http, sale, Cancel)).Shuffle) is { Count: not null }, "it is known who takes part");
        Assert.Equal((8, null, null), (shuffle!.Count, shuffle.Seed, shuffle.Beacon!.Value));
        await WaitFor.TrueAsync(async () => (await system.Operators.NumbersAsync(sale, Cancel)).Line?.StoppedBecause == "waiting for the beacon", "nobody is called");
        await system.Operators.PatchSaleAsync(sale, new { beaconValue = "2a" }, Cancel);
    }

    [Fact]
    public async Task A_ticket_that_is_none_is_refused_in_a_sentence()
    {
        using var errors = new StringWriter();
        Assert.Equal(2, await Program.RunAsync(["verify", "xphone", "--ticket", "x.y"], TextWriter.Null, errors, Cancel));
        Assert.Contains("that is no ticket", errors.ToString(), StringComparison.Ordinal);
    }
}
