namespace FlashSale.LoadTest.Bench;

/// <summary>
/// The edge against a bare Kestrel and a plain YARP that answer with the same bytes. Each figure has edges of its own, as the
/// baseline has programs of its own: neither side runs code that was compiled for another load.
/// </summary>
public sealed class EdgeBench(BenchTarget target, BenchClient client, BenchSize size)
{
    private const int Tickets = 10_000;
    private const int Connections = 64;

    /// <summary>A sale's shoppers join all at once, each on a connection.</summary>
    private const int JoiningConnections = 256;

    /// <summary>Polls in rotation, answered from memory, against bare Kestrel and against a proxy to it.</summary>
    public async Task<IReadOnlyList<BenchResult>> PollAsync()
    {
        var sale = await client.CreateSaleAsync("poll", 1000, paused: true).ConfigureAwait(false);
        var tickets = await client.JoinAsync(sale, Tickets).ConfigureAwait(false);
        var (poll, proxied) = (new Rounds(), new Rounds());
        await InPairsAsync(edge => InRotationAsync(sale, tickets, size.Round, async (bare, rate) =>
        {
            await using var proxy = await target.Baselines.ProxyAsync(bare).ConfigureAwait(false);
            await poll.AlternateAsync(size.RoundsOfPair, () => rate(edge), () => rate(bare)).ConfigureAwait(false);
            await proxied.AlternateAsync(size.RoundsOfPair, () => rate(edge), () => rate(proxy.Url)).ConfigureAwait(false);
        })).ConfigureAwait(false);
        return [BenchResult.AtLeast("poll", poll, 0.80, "req/s"), BenchResult.AtLeast("poll-proxy", proxied, 2.0, "req/s")];
    }

    /// <summary>
    /// Polls a second with these tickets, ours and bare Kestrel's. Few tickets would be told that they poll too often: their
    /// rounds are so short, and each has such a rest before it, that they keep within the limit.
    /// </summary>
    public async Task<(double Ours, double Baseline)> PollsAsync(string sale, IReadOnlyList<string> tickets)
    {
        ArgumentNullException.ThrowIfNull(tickets);
        var (round, rest) = PollLimit.Keep(tickets.Count, size.Round);
        var rounds = new Rounds();
        await InRotationAsync(sale, tickets, round, (bare, rate) =>
        {
            async Task<double> RestedAsync(Uri url)
            {
                await Task.Delay(rest).ConfigureAwait(false);
                return await rate(url).ConfigureAwait(false);
            }

            return rounds.AlternateAsync(size.Rounds, () => RestedAsync(target.Edge), () => RestedAsync(bare));
        }).ConfigureAwait(false);
        return rounds.Medians;
    }

    /// <summary>New shoppers joining, on disk in Redis, against bare Kestrel.</summary>
    public async Task<BenchResult> JoinAsync()
    {
        var join = new Rounds();
        await InPairsAsync(async edge =>
        {
            var sale = await client.CreateSaleAsync("join", 1000, paused: true).ConfigureAwait(false);
            await CompareJoinsAsync(join, sale, edge, size.RoundsOfPair).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return BenchResult.AtLeast("join", join, 0.50, "req/s");
    }

    /// <summary>Joins a second, ours and bare Kestrel's. The line is longer afterwards.</summary>
    public async Task<(double Ours, double Baseline)> JoinsAsync(string sale)
    {
        var rounds = new Rounds();
        await CompareJoinsAsync(rounds, sale, target.Edge, size.Rounds).ConfigureAwait(false);
        return rounds.Medians;
    }

    private async Task CompareJoinsAsync(Rounds joins, string sale, Uri edge, int rounds)
    {
        var path = $"/sales/{sale}/ticket";
        var joined = await client.SampleAsync(HttpMethod.Post, path).ConfigureAwait(false);
        await using var bare = await target.Baselines.BareAsync(joined).ConfigureAwait(false);
        await joins.AlternateAsync(rounds,
            () => RateAsync(edge, path, "fixed.lua", ["POST"], JoiningConnections),
            () => RateAsync(bare.Url, path, "fixed.lua", ["POST"], JoiningConnections)).ConfigureAwait(false);
    }

    /// <summary>An admitted shopper's requests through the gate, against a plain YARP in front of the same upstream.</summary>
    public async Task<BenchResult> GateAsync()
    {
        var sale = await client.CreateSaleAsync("gate", 1000, paused: false).ConfigureAwait(false);
        var ticket = (await client.JoinAsync(sale, 1).ConfigureAwait(false))[0];
        var token = await client.ClaimWhenCalledAsync(sale, ticket).ConfigureAwait(false);
        var path = $"/shop/{sale}/cart";
        string[] arguments = ["GET", "Cookie", $"fs-admission-{sale}={token}"];
        var gate = new Rounds();
        for (var pair = 0; pair < size.Pairs; pair++)
        {
            var (edge, upstream) = await target.Baselines.EdgeBeforeTrivialUpstreamAsync().ConfigureAwait(false);
            await using var _ = edge.ConfigureAwait(false);
            await using var __ = upstream.ConfigureAwait(false);
            await using var proxy = await target.Baselines.ProxyAsync(upstream.Url).ConfigureAwait(false);
            await gate.AlternateAsync(size.RoundsOfPair,
                () => RateAsync(edge.Url, path, "fixed.lua", arguments),
                () => RateAsync(proxy.Url, path, "fixed.lua", arguments)).ConfigureAwait(false);
        }

        return BenchResult.AtLeast("gate", gate, 0.93, "req/s");
    }

    /// <summary>The waiting page's first load, against bare Kestrel with the same bytes and encoding.</summary>
    public async Task<BenchResult> PageAsync()
    {
        var sale = await client.CreateSaleAsync("page", 1000, paused: true).ConfigureAwait(false);
        var path = $"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart";
        const string accept = "text/html", visitor = "fs-visitor=AAAAAAAAAAAAAAAAAAAAAA";
        var sample = await client.SampleAsync(
            HttpMethod.Get, path, ("Accept", accept), ("Accept-Encoding", "br, gzip"), ("Cookie", visitor)).ConfigureAwait(false);
        string[] arguments = ["GET", "Accept", accept, "Accept-Encoding", "br, gzip", "Cookie", visitor];
        var page = new Rounds();
        await InPairsAsync(async edge =>
        {
            await using var bare = await target.Baselines.BareAsync(sample).ConfigureAwait(false);
            await page.AlternateAsync(size.RoundsOfPair,
                () => RateAsync(edge, path, "fixed.lua", arguments),
                () => RateAsync(bare.Url, path, "fixed.lua", arguments)).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return BenchResult.AtLeast("page", page, 0.90, "req/s");
    }

    /// <summary>Measures with one fresh edge after the other.</summary>
    private async Task InPairsAsync(Func<Uri, Task> measure)
    {
        for (var pair = 0; pair < size.Pairs; pair++)
        {
            await using var edge = await target.Baselines.FreshEdgeAsync().ConfigureAwait(false);
            await measure(edge.Url).ConfigureAwait(false);
        }
    }

    /// <summary>Runs with bare Kestrel that answers a poll's bytes, and the rate of polls that a program reaches.</summary>
    private async Task InRotationAsync(
        string sale, IReadOnlyList<string> tickets, TimeSpan round, Func<Uri, Func<Uri, Task<double>>, Task> run)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, tickets).ConfigureAwait(false);
            string[] rotation = [file, "Authorization", "Ticket "];
            var path = $"/sales/{sale}/ticket";
            var polled = await client.SampleAsync(
                HttpMethod.Get, path, ("Authorization", $"Ticket {tickets[^1]}")).ConfigureAwait(false);
            await using var bare = await target.Baselines.BareAsync(polled).ConfigureAwait(false);
            await run(bare.Url, url => RateAsync(url, path, "rotate.lua", rotation, round: round)).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task<double> RateAsync(
        Uri url, string path, string script, IEnumerable<string> arguments, int connections = Connections, TimeSpan? round = null) =>
        (await Wrk.RunAsync(new Uri(url, path), script, arguments, size.Connections ?? connections, round ?? size.Round)
            .ConfigureAwait(false)).PerSecond;
}
