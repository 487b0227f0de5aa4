using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>A number costs something every time: a ticket excuses only the place that it is for, while that is alive.</summary>
public sealed class AgainTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    private const int Bits = 8;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invariant2_One_ticket_and_one_proof_are_one_number_however_often_it_is_left()
    {
        var sale = await edge.SaleAsync(one => one with { ProofOfWork = new ProofOfWork(Bits, 0) });
        using var browser = edge.Client();
        var first = Solve(await JoinAsync(browser, sale));
        Assert.Equal((201, 1), Number(await JoinAsync(browser, sale, first)));
        for (var times = 0; times < 20; times++)
        {
            await LeaveAsync(browser, sale);
            Assert.Equal(428, (await JoinAsync(browser, sale, first)).Status);
        }

        var second = Solve(await JoinAsync(browser, sale));
        Assert.Equal((201, 2), Number(await JoinAsync(browser, sale, second)));
        Assert.Equal((200, 2), Number(await JoinAsync(browser, sale, second)));
    }

    [Fact]
    public async Task Invariant2_Whoever_works_and_leaves_again_and_again_gets_numbers_at_a_pace()
    {
        var sale = await edge.SaleAsync(one => one with { ProofOfWork = new ProofOfWork(Bits, 0) });
        using var browser = edge.Client();
        for (var number = 1; number <= 2; number++)
        {
            Assert.Equal((201, number), Number(await JoinAsync(browser, sale, Solve(await JoinAsync(browser, sale)))));
            await LeaveAsync(browser, sale);
        }

        var tooSoon = await JoinAsync(browser, sale, Solve(await JoinAsync(browser, sale)));
        Assert.Equal((429, "slowDown"), (tooSoon.Status, tooSoon.Json.GetProperty("code").GetString()));
        Assert.InRange(tooSoon.RetryAfter, 1, new LineOptions().AgainSeconds);
    }

    [Fact]
    public async Task Who_leaves_at_one_edge_pays_at_the_other()
    {
        var sale = await edge.SaleAsync();
        var (_, other) = await edge.StartEdgeAsync("--RateLimits:JoinsPerSecond=1", "--RateLimits:JoinsBurst=1");
        using var browser = edge.Client();
        var ticket = (await JoinAsync(browser, sale)).Json.GetProperty("ticket").GetString()!;
        using var elsewhere = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = other };
        elsewhere.DefaultRequestHeaders.Add("Authorization", "Ticket " + ticket);
        await Support.WaitFor.TrueAsync(async () => (await JoinAsync(elsewhere, sale)).Status == 200, "the other edge has the line");
        await LeaveAsync(browser, sale);

        // Within a second one number at the most comes of it, and then the pace holds: it never comes to a third.
        var answers = new List<JoinReply>();
        for (var times = 0; times < 20; times++)
        {
            answers.Add(await JoinAsync(elsewhere, sale));
            if (answers[^1].Status == 201) await LeaveAsync(elsewhere, sale, answers[^1].Json.GetProperty("ticket").GetString());
        }

        Assert.InRange(answers.Count(answer => answer.Status == 201), 0, 2);
        Assert.Contains(answers, answer => answer.Status == 429);
    }

    [Theory]
    [InlineData(PlaceState.Missed)]
    [InlineData(PlaceState.Released)]
    public async Task Who_missed_the_turn_or_lost_the_unit_works_for_another_number(PlaceState state)
    {
        var sale = await edge.SaleAsync(one => one with { ProofOfWork = new ProofOfWork(Bits, 0) });
        using var browser = edge.Client();
        var joined = await JoinAsync(browser, sale, Solve(await JoinAsync(browser, sale)));
        await edge.CallAsync(sale, joined.Json, 7);
        await edge.WaitingRoom.SettleAsync(sale.Id, 1, (int)state);
        var asked = await JoinAsync(browser, sale);
        Assert.Equal(428, asked.Status);
        Assert.Equal((201, 2), Number(await JoinAsync(browser, sale, Solve(asked))));
    }

    private static async Task<JoinReply> JoinAsync(HttpClient client, Sale sale, string? proof = null)
    {
        using var answer = await client.PostAsJsonAsync($"/sales/{sale.Id}/ticket", new { proof }, Cancel);
        return new JoinReply(
            (int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel),
            answer.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0);
    }

    private static async Task LeaveAsync(HttpClient client, Sale sale, string? ticket = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/sales/{sale.Id}/ticket");
        if (ticket is not null)
        {
            client.DefaultRequestHeaders.Remove("Authorization");
            client.DefaultRequestHeaders.Add("Authorization", "Ticket " + ticket);
        }
        Assert.Equal(204, (int)(await client.SendAsync(request, Cancel)).StatusCode);
    }

    private static string Solve(JoinReply asked)
    {
        Assert.Equal(428, asked.Status);
        return ProofOfWork.Solve(
            asked.Json.GetProperty("challenge").GetString()!, asked.Json.GetProperty("bits").GetInt32(), Cancel);
    }

    private static (int Status, int Number) Number(JoinReply reply) => (reply.Status, reply.Json.GetProperty("number").GetInt32());

    private sealed record JoinReply(int Status, JsonElement Json, double RetryAfter);
}
