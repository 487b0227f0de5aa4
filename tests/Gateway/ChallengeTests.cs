using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Gateway.Challenges;
using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>Work at joining: asked for above a rate, checked without memory, good for one place.</summary>
public sealed class ChallengeTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    private const int Bits = 8;
    private static readonly SaleId s_sale = SaleId.Parse("sale");
    private static readonly ShopperId s_shopper = Shopper("shopper");
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(2_000_000_000);
    private static readonly ChallengeSigner s_signer = new(new TicketSigner(EdgeFixture.TicketKeys));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_challenge_of_one_edge_is_solved_for_another_and_shown_again_gives_the_same_place()
    {
        var sale = await SaleAsync(above: 0);
        var (_, elsewhere) = await edge.StartEdgeAsync("--Gateway:PollsPerSecond=100");
        var visitor = new Browser();
        var asked = await visitor.JoinAsync(Client(edge.Url), sale);
        Assert.Equal((428, "challengeRequired"), (asked.Status, asked.Text("code")));
        Assert.Equal(Bits, asked.Json.GetProperty("bits").GetInt32());
        Assert.InRange(asked.Json.GetProperty("expiresAt").GetDateTimeOffset(), TimeProvider.System.GetUtcNow(),
            TimeProvider.System.GetUtcNow().AddMinutes(6));

        var proof = Solve(asked);
        var other = Client(elsewhere);
        var joined = await visitor.JoinAsync(other, sale, proof);
        Assert.Equal(201, joined.Status);
        foreach (var at in new[] { Client(edge.Url), other })
        {
            var again = await visitor.JoinAsync(at, sale, proof);
            Assert.Equal((200, joined.Json.GetProperty("number").GetInt32()), (again.Status, again.Json.GetProperty("number").GetInt32()));
        }

        // Another shopper gets nothing for it.
        Assert.Equal(428, (await new Browser().JoinAsync(other, sale, proof)).Status);
    }

    [Fact]
    public void A_proof_is_good_for_its_shopper_and_sale_in_time_and_with_all_the_work_and_no_letter_changed()
    {
        var challenge = s_signer.Make(s_sale, s_shopper, 0, Bits, s_now);
        var proof = ProofOfWork.Solve(challenge.Text, Bits, Cancel);
        Assert.True(s_signer.IsProof(proof, s_sale, s_shopper, Bits, s_now, out _));
        Assert.True(s_signer.IsProof(proof, s_sale, s_shopper, Bits, challenge.ExpiresAt, out _));
        Assert.False(s_signer.IsProof(proof, s_sale, s_shopper, Bits, challenge.ExpiresAt.AddSeconds(1), out _));
        Assert.False(s_signer.IsProof(proof, SaleId.Parse("other"), s_shopper, Bits, s_now, out _));
        Assert.False(s_signer.IsProof(proof, s_sale, Shopper("other"), Bits, s_now, out _));
        Assert.False(s_signer.IsProof(proof, s_sale, s_shopper, Bits + 1, s_now, out _));
        Assert.False(new ChallengeSigner(new TicketSigner("a:" + Convert.ToBase64String(new byte[32])))
            .IsProof(proof, s_sale, s_shopper, Bits, s_now, out _));

        // One more bit claimed, a later expiry: whatever is written into it breaks the seal, also when the work is done anew.
        for (var i = 0; i < challenge.Text.Length; i++)
        {
            var changed = challenge.Text[..i] + (challenge.Text[i] == 'A' ? 'Q' : 'A') + challenge.Text[(i + 1)..];
            Assert.False(s_signer.IsProof(ProofOfWork.Solve(changed, Bits, Cancel), s_sale, s_shopper, Bits, s_now, out _), changed);
        }

        foreach (var lazy in Enumerable.Range(0, 1000).Select(n => $"{challenge.Text}.{n}").Where(n => !ProofOfWork.IsDone(n, Bits)))
            Assert.False(s_signer.IsProof(lazy, s_sale, s_shopper, Bits, s_now, out _));
        foreach (var odd in new[] { "", ".", challenge.Text, challenge.Text + ".", proof + " ", proof + "x", new('A', 5000), "é.1" })
            Assert.False(s_signer.IsProof(odd, s_sale, s_shopper, Bits, s_now, out _), odd);
    }

    [Fact]
    public void A_rate_counts_as_high_while_it_is_and_not_a_burst_before_or_a_while_after()
    {
        var clock = new HandClock();
        var rates = new JoinRates(clock);
        for (var burst = 0; burst < 10; burst++) Assert.False(rates.IsAbove(7, 10));
        Assert.True(rates.IsAbove(7, 10));
        Assert.False(rates.IsAbove(8, 10));
        for (var crowd = 0; crowd < 10_000; crowd++)
        {
            clock.Now += TimeSpan.FromMilliseconds(10);
            Assert.True(rates.IsAbove(7, 10));
        }

        clock.Now += TimeSpan.FromSeconds(2.1);
        for (var calm = 0; calm < 100; calm++)
        {
            Assert.False(rates.IsAbove(7, 10));
            clock.Now += TimeSpan.FromMilliseconds(101);
        }

        Assert.True(rates.IsAbove(7, 0));
    }

    [Fact]
    public async Task Work_is_asked_for_above_the_sales_rate_only_and_never_of_who_has_a_place()
    {
        var sale = await SaleAsync(above: 5);
        var client = Client(edge.Url);
        // More than five a second, even if a busy machine takes twenty seconds for them.
        var visitors = Enumerable.Range(0, 120).Select(_ => new Browser()).ToArray();
        var answers = await Task.WhenAll(visitors.Select(visitor => visitor.JoinAsync(client, sale)));
        Assert.InRange(answers.Count(answer => answer.Status == 201), 5, visitors.Length - 1);
        Assert.All(answers, answer => Assert.True(answer.Status is 201 or 428, $"{answer.Status}"));
        foreach (var (visitor, first) in visitors.Zip(answers))
        {
            var second = first.Status == 428
                ? await visitor.JoinAsync(client, sale, Solve(first))
                : await visitor.JoinAsync(client, sale, ticket: first.Text("ticket"));
            Assert.Equal(first.Status == 428 ? 201 : 200, second.Status);
        }
    }

    [Fact]
    public async Task A_network_that_joins_fast_works_more_and_is_not_refused_and_another_does_not()
    {
        var sale = await SaleAsync(above: 10_000);
        var (_, url) = await edge.StartEdgeAsync("--RateLimits:NetworkJoinsPerSecond=2", "--Gateway:TrustedProxies=127.0.0.1");
        var client = Client(url);
        var crowd = Enumerable.Range(0, 60).Select(_ => new Browser()).ToArray();
        var answers = await Task.WhenAll(crowd.Select((one, i) => one.JoinAsync(client, sale, from: $"192.0.2.{i}")));
        Assert.Contains(answers, answer => answer.Status == 201);
        var (asked, who) = answers.Zip(crowd).First(one => one.First.Status == 428);
        Assert.Equal(Bits + JoinChallenges.CrowdedNetworkBits, asked.Json.GetProperty("bits").GetInt32());
        Assert.Equal(201, (await who.JoinAsync(client, sale, Solve(asked), from: "192.0.2.77")).Status);
        Assert.Equal(201, (await new Browser().JoinAsync(client, sale, from: "192.0.3.1")).Status);

        // A sale that never asks for work does not know networks either.
        var free = await edge.SaleAsync();
        var all = await Task.WhenAll(crowd.Select(one => one.JoinAsync(client, free, from: "192.0.2.1")));
        Assert.All(all, answer => Assert.Equal(201, answer.Status));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.254", true)]
    [InlineData("192.0.2.1", "192.0.3.1", false)]
    [InlineData("2001:db8:1:200::1", "2001:db8:1:2ff::1", true)]
    [InlineData("2001:db8:1:200::1", "2001:db8:1:300::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.9", true)]
    public void A_network_is_a_24_or_a_56(string one, string other, bool same) => Assert.Equal(same,
        FlashSale.Contract.ClientAddress.NetworkOf(IPAddress.Parse(one)) == FlashSale.Contract.ClientAddress.NetworkOf(IPAddress.Parse(other)));

    /// <summary>Without a jar: who asks says what it has.</summary>
    private static HttpClient Client(Uri url) => new(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = url };

    private static ShopperId Shopper(string id) => ShopperId.TryParse(id, out var shopper) ? shopper : default;

    private Task<Sale> SaleAsync(int above) => edge.SaleAsync(sale => sale with { ProofOfWork = new ProofOfWork(Bits, above) });

    private static string Solve(JoinReply asked) => ProofOfWork.Solve(
        asked.Text("challenge"), asked.Json.GetProperty("bits").GetInt32(), Cancel);

    private sealed record JoinReply(int Status, JsonElement Json)
    {
        public string Text(string name) => Json.GetProperty(name).GetString()!;
    }

    /// <summary>A visitor's cookie and nothing else.</summary>
    private sealed class Browser
    {
        private readonly string _visitor = System.Buffers.Text.Base64Url.EncodeToString(Guid.NewGuid().ToByteArray());

        public async Task<JoinReply> JoinAsync(
            HttpClient client, Sale sale, string? proof = null, string? ticket = null, string? from = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/sales/{sale.Id}/ticket");
            request.Headers.Add("Cookie", $"fs-visitor={_visitor}");
            if (proof is not null) request.Content = JsonContent.Create(new { proof });
            if (ticket is not null) request.Headers.Add("Authorization", $"Ticket {ticket}");
            if (from is not null) request.Headers.Add("X-Forwarded-For", from);
            using var answer = await client.SendAsync(request, Cancel);
            return new((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
        }
    }

    private sealed class HandClock : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromDays(1);

        public override long GetTimestamp() => Now.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
