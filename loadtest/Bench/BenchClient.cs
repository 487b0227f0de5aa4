using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.LoadTest.Bench;

/// <summary>The few calls that prepare a measurement.</summary>
public sealed class BenchClient(BenchTarget target) : IDisposable
{
    /// <summary>Requests at the same time while preparing.</summary>
    private const int Parallel = 64;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = Parallel })
    {
        BaseAddress = target.Edge,
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>A sale under a name of its own; nobody is admitted while it is paused.</summary>
    public async Task<string> CreateSaleAsync(string purpose, int inventory, bool paused, int admitPerSecond = 10_000)
    {
        var sale = $"bench-{purpose}-{Guid.NewGuid():N}"[..40];
        await PutAsync(sale, new
        {
            name = $"Bench {purpose}",
            inventory,
            price = new { amount = 1000, currency = "usd" },
            admitPerSecond,
            paused,
            claimSeconds = 3600,
            presenceSeconds = 3600,
        }).ConfigureAwait(false);
        return sale;
    }

    public Task PutAsync(string sale, object settings) => AdminAsync(HttpMethod.Put, sale, settings);

    public Task PatchAsync(string sale, object settings) => AdminAsync(HttpMethod.Patch, sale, settings);

    /// <summary>Joins that many new shoppers; their tickets, in the order of their numbers.</summary>
    public async Task<IReadOnlyList<string>> JoinAsync(string sale, int shoppers)
    {
        var tickets = new (long Number, string Text)[shoppers];
        await System.Threading.Tasks.Parallel.ForAsync(
            0, shoppers, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (i, cancel) =>
            {
                using var answer = await _http.PostAsync($"/sales/{sale}/ticket", null, cancel).ConfigureAwait(false);
                answer.EnsureSuccessStatusCode();
                using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel).ConfigureAwait(false));
                var place = json.RootElement;
                tickets[i] = (place.GetProperty("number").GetInt64(), place.GetProperty("ticket").GetString()!);
            }).ConfigureAwait(false);
        return [.. tickets.OrderBy(ticket => ticket.Number).Select(ticket => ticket.Text)];
    }

    /// <summary>The admission token, or null while it is not this ticket's turn.</summary>
    public async Task<string?> ClaimAsync(string sale, string ticket)
    {
        using var request = Ticketed(HttpMethod.Post, $"/sales/{sale}/admission", ticket);
        using var answer = await _http.SendAsync(request).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode) return null;
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync().ConfigureAwait(false));
        return json.RootElement.GetProperty("token").GetString();
    }

    /// <summary>Claims, as soon as it is this ticket's turn.</summary>
    /// <exception cref="TimeoutException">It did not come within 30 seconds.</exception>
    public async Task<string> ClaimWhenCalledAsync(string sale, string ticket)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(30))
        {
            if (await ClaimAsync(sale, ticket).ConfigureAwait(false) is { } token) return token;
            await Task.Delay(10).ConfigureAwait(false);
        }

        throw new TimeoutException($"nobody was admitted to {sale}");
    }

    /// <summary>Puts the unit in the cart; the reservation's id.</summary>
    public async Task<string> ReserveAsync(string sale, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/sales/{sale}/reservations");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(request).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync().ConfigureAwait(false));
        return json.RootElement.GetProperty("id").GetString()!;
    }

    /// <summary>Gives the unit back.</summary>
    public async Task GiveBackAsync(string reservation, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/reservations/{reservation}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(request).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>
    /// How long it took, in ms and ascending, from a unit that was given back to the next shopper's admission being
    /// claimable: as often as told, one after the other, in a sale of one unit.
    /// </summary>
    public async Task<IReadOnlyList<double>> HandOverAsync(int times)
    {
        var sale = await CreateSaleAsync("handover", 1, paused: false).ConfigureAwait(false);
        var line = new Queue<string>(await JoinAsync(sale, times + 1).ConfigureAwait(false));
        var token = await ClaimWhenCalledAsync(sale, line.Dequeue()).ConfigureAwait(false);
        var waits = new List<double>();
        while (line.TryDequeue(out var next))
        {
            var reservation = await ReserveAsync(sale, token).ConfigureAwait(false);
            var freed = Stopwatch.GetTimestamp();
            await GiveBackAsync(reservation, token).ConfigureAwait(false);
            token = await ClaimWhenCalledAsync(sale, next).ConfigureAwait(false);
            waits.Add(Stopwatch.GetElapsedTime(freed).TotalMilliseconds);
        }

        waits.Sort();
        return waits;
    }

    /// <summary>What the ticket's shopper is told.</summary>
    public async Task<JsonDocument> PollAsync(string sale, string ticket)
    {
        var polled = await SampleAsync(
            HttpMethod.Get, $"/sales/{sale}/ticket", ("Authorization", $"Ticket {ticket}")).ConfigureAwait(false);
        return JsonDocument.Parse(polled.Body);
    }

    /// <summary>An answer of the edge as it is, for a program that shall give the same.</summary>
    public async Task<SampleAnswer> SampleAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await _http.SendAsync(request).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
        var sent = answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .Where(header => !SampleAnswer.OfTheServer.Contains(header.Key))
            .SelectMany(header => header.Value, (header, value) => (header.Key, value));
        return new SampleAnswer(
            (int)answer.StatusCode, [.. sent], await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false));
    }

    public void Dispose() => _http.Dispose();

    private async Task AdminAsync(HttpMethod method, string sale, object settings)
    {
        using var request = new HttpRequestMessage(method, $"/admin/sales/{sale}")
        {
            Content = JsonContent.Create(settings, options: Wire.Json),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", target.AdminKey);
        using var answer = await _http.SendAsync(request).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    private static HttpRequestMessage Ticketed(HttpMethod method, string path, string ticket)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Ticket", ticket);
        return request;
    }
}
