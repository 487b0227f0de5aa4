using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>An address that has used up its joins.</summary>
public sealed class JoinLimitTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    private const int Burst = 2;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_address_refuses_who_shows_nothing_and_not_who_has_a_ticket_or_the_storefronts_word()
    {
        var sale = await edge.SaleAsync();
        using var client = await CrowdedAsync(sale);
        var mine = await JoinAsync(client, sale, ticket: _ticket);
        Assert.Equal(200, mine.Status);
        Assert.Equal(201, (await JoinAsync(client, sale, new { enqueueToken = StorefrontTokens.Good(sale, "alice") })).Status);

        await RefusedAsync(async () => (await JoinAsync(client, sale, new { enqueueToken = "x.y.z" })).Status);
    }

    [Fact]
    public async Task A_full_address_asks_for_work_where_the_sale_does_and_takes_the_proof()
    {
        var sale = await edge.SaleAsync(one => one with { ProofOfWork = new ProofOfWork(8, 0) });
        using var client = await CrowdedAsync(await edge.SaleAsync());
        const string Visitor = "fs-visitor=AAAAAAAAAAAAAAAAAAAAAA";
        var asked = await JoinAsync(client, sale, visitor: Visitor);
        Assert.Equal(428, asked.Status);
        var proof = ProofOfWork.Solve(
            asked.Json.GetProperty("challenge").GetString()!, asked.Json.GetProperty("bits").GetInt32(), Cancel);
        Assert.Equal(201, (await JoinAsync(client, sale, new { proof }, visitor: Visitor)).Status);
    }

    [Fact]
    public async Task The_form_of_a_full_address_is_answered_to_who_has_a_ticket()
    {
        var sale = await edge.SaleAsync();
        using var client = await CrowdedAsync(sale);
        Assert.Equal(303, await FormAsync(client, sale, _ticket));
        await RefusedAsync(() => FormAsync(client, sale, null));
    }

    private string _ticket = "";

    /// <summary>An edge whose only client has used up its joins; it has one ticket.</summary>
    private async Task<HttpClient> CrowdedAsync(Sale sale)
    {
        var (_, url) = await edge.StartEdgeAsync("--RateLimits:JoinsPerSecond=1", $"--RateLimits:JoinsBurst={Burst}");
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = url };
        await WaitFor.TrueAsync(
            async () => (await client.GetAsync("/health/ready", Cancel)).IsSuccessStatusCode, "the edge is ready");
        await RefusedAsync(async () =>
        {
            var joined = await JoinAsync(client, sale);
            if (joined.Status == 201) _ticket = joined.Json.GetProperty("ticket").GetString()!;
            else Assert.Equal("slowDown", joined.Json.GetProperty("code").GetString());
            return joined.Status;
        });
        return client;
    }

    /// <summary>Once a second one gets through.</summary>
    private static Task RefusedAsync(Func<Task<int>> ask) =>
        WaitFor.TrueAsync(async () => await ask() == 429, "it is refused");

    private static async Task<(int Status, JsonElement Json)> JoinAsync(
        HttpClient client, Sale sale, object? body = null, string? ticket = null, string? visitor = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/sales/{sale.Id}/ticket");
        if (body is not null) request.Content = JsonContent.Create(body);
        if (ticket is not null) request.Headers.Add("Authorization", $"Ticket {ticket}");
        if (visitor is not null) request.Headers.Add("Cookie", visitor);
        using var answer = await client.SendAsync(request, Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }

    private static async Task<int> FormAsync(HttpClient client, Sale sale, string? ticket)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/line/{sale.Id}?returnUrl=%2Fshop");
        request.Content = new FormUrlEncodedContent([new("action", ticket is null ? "join" : "check")]);
        if (ticket is not null) request.Headers.Add("Cookie", $"fs-ticket-{sale.Id}={ticket}");
        using var answer = await client.SendAsync(request, Cancel);
        return (int)answer.StatusCode;
    }
}
