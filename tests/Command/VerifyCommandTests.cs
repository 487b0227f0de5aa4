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
    [InlineData("fifo")]
    [InlineData("shuffle")]
    public async Task Anyone_recomputes_the_order_of_a_sale_and_a_log_with_two_calls_swapped_is_refused(string order)
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
            startsAt = starts,
            presenceSeconds = 600,
        }, Cancel);
        var crowd = Enumerable.Range(0, 8).Select(_ => system.Shopper(sale)).ToList();
        foreach (var shopper in crowd) await shopper.JoinsAsync();
        Assert.Equal(204, (await crowd[7].LeaveAsync(Cancel)).Status);
        await system.Operators.PatchSaleAsync(sale, new { startsAt = TimeProvider.System.GetUtcNow() }, Cancel);
        using var http = new HttpClient { BaseAddress = system.Edge.BaseAddress };
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

        var calls = read.Calls.Where(one => one.What == "called").ToList();
        var swapped = read.Calls.Select(one =>
            one == calls[1] ? one with { Number = calls[3].Number } : one == calls[3] ? one with { Number = calls[1].Number } : one).ToList();
        Assert.NotEmpty(OrderJudge.Judge(read with { Logs = [new(read.Epoch, swapped)] }));
    }

    [Fact]
    public async Task A_ticket_that_is_none_is_refused_in_a_sentence()
    {
        using var errors = new StringWriter();
        Assert.Equal(2, await Program.RunAsync(["verify", "xphone", "--ticket", "x.y"], TextWriter.Null, errors, Cancel));
        Assert.Contains("that is no ticket", errors.ToString(), StringComparison.Ordinal);
    }
}
