using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;

using FlashSale.LoadTest.Verify;
using FlashSale.Local;
using FlashSale.Queue;

namespace FlashSale.Command.Verify;

/// <summary><c>./flashsale verify SALE [--ticket T] [--url EDGE]</c>: the order of a sale, recomputed from public answers alone.</summary>
public static class VerifyCommand
{
    /// <summary>Contradictions that are told one by one.</summary>
    private const int MaxTold = 20;

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    public static Verb Create()
    {
        var sale = Options.Word("SALE", "the sale's id");
        var ticket = Options.Of("--ticket", "T", Ticket, "a ticket (the cookie fs-ticket-SALE), to check its own place");
        var url = Options.Of("--url", "EDGE", Url, "an edge; without it one of the system that runs here");
        var data = Options.Data();
        var verb = new Verb("verify", "The order of a sale, recomputed from public answers alone; exit 1 when it breaks the rules.")
        {
            sale, ticket, url, data,
        };
        verb.SetAction(async (call, cancel) =>
        {
            var edge = call.GetValue(url) ?? new Uri((await SystemState.RequireAsync(
                new DataFolder(Repository.DataFolder(call.GetValue(data))), cancel)).Edges[0].Url);
            return await RunAsync(edge, call.GetRequiredValue(sale), call.GetValue(ticket)?.Place, Console.Out, cancel);
        });
        return verb;
    }

    /// <summary>Says what holds, and what can't be known; 0 when nothing contradicts the rules, else 1.</summary>
    internal static async Task<int> RunAsync(Uri edge, string sale, Place? mine, TextWriter output, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = edge, Timeout = s_timeout };
        PublicOrder order;
        try
        {
            order = await PublicOrderReader.ReadAsync(http, sale, cancel);
        }
        catch (HttpRequestException error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            throw new CommandFailedException("there is no such sale");
        }

        var violations = OrderJudge.Judge(order);
        await output.WriteLineAsync($"{sale}: {Drawn(order)}");
        foreach (var log in order.Logs)
            await output.WriteLineAsync(
                $"log of epoch {log.Epoch}: {log.Calls.Count} entries, {Count(log, "called")} called, {Count(log, "passedOver")} passed " +
                $"over, {Count(log, "returned")} came back");
        foreach (var unknown in Unknown(order)) await output.WriteLineAsync($"not known: {unknown}");
        if (mine is { } place) await TellAsync(order, place, output);
        foreach (var violation in violations.Take(MaxTold)) await output.WriteLineAsync($"violation: {violation}");
        await output.WriteLineAsync(violations.Count == 0 ? "The order holds." : $"VIOLATED: {violations.Count} contradictions.");
        return violations.Count == 0 ? 0 : 1;
    }

    private static string Drawn(PublicOrder order) => order.Shuffle switch
    {
        null => "fifo, the order is that of the numbers",
        { Seed: not null } shuffle => $"shuffle, {shuffle.Algorithm}; {shuffle.Count} numbers of epoch {order.Epoch} were shuffled, by the seed " +
            (shuffle.Beacon is { } beacon ? $"and the beacon \"{beacon.Name}\" that were committed to" : "that was committed to"),
        { Beacon: { } beacon } shuffle => $"shuffle, {shuffle.Algorithm}; nobody is called before the operator tells what the beacon " +
            $"\"{beacon.Name}\" said; the commitment is {shuffle.SeedHash}",
        { } shuffle => $"shuffle, {shuffle.Algorithm}; the order is drawn at the start, by the seed whose hash is {shuffle.SeedHash}",
    };

    /// <summary>What no public answer can show, because it is lost.</summary>
    internal static IEnumerable<string> Unknown(PublicOrder order)
    {
        if (order.Shuffle?.Beacon is { Value: { } value } beacon)
            yield return $"whether the beacon \"{beacon.Name}\" said \"{value}\": look it up";
        foreach (var log in order.Logs.Skip(1))
            yield return $"epoch {log.Epoch} ended with a loss of Redis: what happened after " +
                (log.Calls.Count == 0 ? "its beginning" : $"its entry {log.Calls.Count}") + " is in no log";
        foreach (var epoch in OrderJudge.Lost(order))
            yield return $"the order of the places of epoch {epoch} among each other: Redis lost how many of them were shuffled";
        foreach (var log in order.Logs)
            if (log.Calls.Count >= Call.Most) yield return $"what happened after entry {log.Calls.Count} of epoch {log.Epoch}: its log is full";
    }

    private static int Count(PublicLog log, string what) => log.Calls.Count(one => one.What == what);

    private static async Task TellAsync(PublicOrder order, Place place, TextWriter output)
    {
        var rank = order.Shuffle is { Seed: null } ? "not drawn yet" : $"{new PublicRanks(order).Of(place)}";
        await output.WriteLineAsync($"your number {place.Number} of epoch {place.Epoch}: rank {rank}");
        var mine = order.Logs.Reverse().SelectMany(log => log.Calls
            .Where(one => one.Number == place.Number && (one.Epoch ?? log.Epoch) == place.Epoch)
            .Select(one => $"  {one.At:u}: {one.What} (entry {one.N} of epoch {log.Epoch})")).ToList();
        foreach (var one in mine) await output.WriteLineAsync(one);
        if (mine.Count == 0) await output.WriteLineAsync("  in no log: it has not been called, as far as the logs go");
    }

    private static Uri Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url : throw new FormatException($"'{text}' is not an http(s) URL");

    /// <summary>A ticket's epoch and number; its signature only the line can check, and it is not needed here.</summary>
    private static TicketPlace Ticket(string text)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(text);
            return new TicketPlace(new Place(
                BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(2)), BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(6))));
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw new FormatException("that is no ticket");
        }
    }

    private sealed record TicketPlace(Place Place);
}
