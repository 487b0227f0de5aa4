namespace FlashSale.LoadTest.Bench;

/// <summary>How polls and joins fare as the line of one paused sale grows.</summary>
public sealed class GrowthBench(BenchClient client, EdgeBench edge, CrowdBench crowd)
{
    /// <summary>In rotation, spread over the whole line.</summary>
    private const int Tickets = 10_000;

    /// <summary>Each growth is done in about so many parts, with tickets for the rotation after each.</summary>
    private const int Parts = 10;

    /// <summary>Redis frees the buffers of the joins' requests when idle.</summary>
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(2);

    /// <summary>A row for each of these sizes, which must ascend.</summary>
    public async IAsyncEnumerable<GrowthRow> RunAsync(IReadOnlyList<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        var line = await EmptyAsync("growth").ConfigureAwait(false);
        long bytes = 0;
        foreach (var size in sizes)
        {
            var before = await crowd.RedisBytesAsync().ConfigureAwait(false);
            await GrowAsync(line, size).ConfigureAwait(false);
            await Task.Delay(s_settle).ConfigureAwait(false);
            bytes += await crowd.RedisBytesAsync().ConfigureAwait(false) - before;
            var waiting = line.Length;
            var polls = await edge.PollsAsync(line.Sale, line.Tickets).ConfigureAwait(false);

            // Joins lengthen a line, so they have one of their own; the last size needs the first one no more.
            var joining = size == sizes[^1] ? line : await FilledAsync(size).ConfigureAwait(false);
            var from = joining.Length;
            var joins = await edge.JoinsAsync(joining.Sale).ConfigureAwait(false);
            await AddTicketsAsync(joining, 1).ConfigureAwait(false);
            yield return new GrowthRow(
                waiting, polls.Ours, polls.Baseline, from, joining.Length, joins.Ours, joins.Baseline,
                (double)bytes / waiting);
        }
    }

    private async Task<GrowingLine> EmptyAsync(string purpose) =>
        new(await client.CreateSaleAsync(purpose, 1000, paused: true).ConfigureAwait(false));

    private async Task<GrowingLine> FilledAsync(int size)
    {
        var line = await EmptyAsync("joins").ConfigureAwait(false);
        await GrowAsync(line, size).ConfigureAwait(false);
        return line;
    }

    /// <summary>Lengthens the line to at least that size and leaves about 10,000 tickets evenly spread over it.</summary>
    private async Task GrowAsync(GrowingLine line, int size)
    {
        if (size <= Tickets)
        {
            await AddTicketsAsync(line, size - (int)line.Length).ConfigureAwait(false);
            return;
        }

        var share = (double)Tickets / size;
        if (line.Length > 0) line.Thin(Math.Max(1, (int)Math.Round(line.Tickets.Count / (share * line.Length))));
        while (line.Length < size)
        {
            var part = Math.Min(size - line.Length, size / Parts);
            var joined = await crowd.CrowdAsync(line.Sale, part).ConfigureAwait(false);
            await AddTicketsAsync(line, (int)Math.Ceiling(share * joined)).ConfigureAwait(false);
        }
    }

    private async Task AddTicketsAsync(GrowingLine line, int shoppers)
    {
        line.Tickets.AddRange(await client.JoinAsync(line.Sale, shoppers).ConfigureAwait(false));
        using var place = await client.PollAsync(line.Sale, line.Tickets[^1]).ConfigureAwait(false);
        line.Length = place.RootElement.GetProperty("number").GetInt64();
    }

    private sealed class GrowingLine(string sale)
    {
        public string Sale => sale;

        /// <summary>The number of the newest ticket: nobody leaves.</summary>
        public long Length { get; set; }

        /// <summary>In the order of their numbers.</summary>
        public List<string> Tickets { get; private set; } = [];

        /// <summary>Keeps one in <paramref name="step"/> tickets.</summary>
        public void Thin(int step) => Tickets = [.. Tickets.Where((_, i) => i % step == 0)];
    }
}
