using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;

using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Fuzz;

/// <summary>
/// Requests that know the contract, at a whole system. FLASHSALE_FUZZ_REQUESTS sends more than the default; FLASHSALE_FUZZ_SEED
/// others. Recorded in loadtest/results/fuzz.md.
/// </summary>
[Collection(Alone.Name)]
public sealed class GrammarFuzzTests
{
    private const int Parallel = 16;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static int Requests => Number("FLASHSALE_FUZZ_REQUESTS", 20_000);

    private static int Seed => Number("FLASHSALE_FUZZ_SEED", 11);

    [Fact]
    public async Task Every_field_of_every_route_takes_what_it_should_and_nothing_else_without_a_fault()
    {
        await using var system = await TestSystem.StartAsync(settings: new Dictionary<string, string>
        {
            // Slowed, wrong keys would try nothing but that.
            ["RateLimits:WrongKeysPerSecond"] = "0",
        });
        using var faults = new UnexpectedFaults(system.Service("gateway"));
        var requests = new GrammarRequests(Seed, system.Edge.BaseAddress!, await KnownAsync(system));
        var wrong = new ConcurrentQueue<string>();
        var statuses = new ConcurrentDictionary<int, int>();
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        await System.Threading.Tasks.Parallel.ForAsync(
            0, Requests, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = Cancel }, async (number, cancel) =>
        {
            using var request = requests.Make(number);
            var what = $"request {number} of seed {Seed}, {request.Method} {request.RequestUri!.OriginalString}";
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            statuses.AddOrUpdate((int)answer.StatusCode, 1, (_, count) => count + 1);
            if (await FaultOfAsync(request, answer, cancel) is { } fault) wrong.Enqueue($"{what}: {fault}");
        });

        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Take(20)));
        Assert.Empty(faults.Seen);
        // It still sells.
        var sale = await system.SaleAsync(TestSystem.SaleOf(1));
        var buyer = system.Shopper(sale);
        await buyer.JoinsAsync();
        await buyer.BuysAsync();
        TestContext.Current.SendDiagnosticMessage("{0}", string.Join(", ",
            statuses.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Value} × {pair.Key}")));
    }

    /// <summary>Something that each route is about: a sale that goes on, a shopper with a cart, another in line, a storefront.</summary>
    private static async Task<GrammarRequests.Known> KnownAsync(TestSystem system)
    {
        var sale = await system.SaleAsync(TestSystem.SaleOf(5, claimSeconds: 600, paySeconds: 600));
        var buyer = system.Shopper(sale);
        await buyer.JoinsAsync();
        var cart = await buyer.HasAUnitInTheCartAsync();
        var waiting = system.Shopper(sale);
        await waiting.JoinsAsync();
        using var put = new HttpRequestMessage(HttpMethod.Put, "/admin/storefronts/fuzz") { Content = new StringContent("{}") };
        put.Content.Headers.ContentType = new("application/json");
        put.Headers.Authorization = new("Bearer", system.Secrets.AdminKey);
        var shop = await JsonDocument.ParseAsync(await (await system.Edge.SendAsync(put, Cancel)).Content.ReadAsStreamAsync(Cancel), default, Cancel);
        return new GrammarRequests.Known(sale, "fuzz", cart.Id, system.Secrets.AdminKey, shop.RootElement.GetProperty("apiKey").GetString()!,
            waiting.Ticket!, buyer.Token!);
    }

    private static async Task<string?> FaultOfAsync(HttpRequestMessage request, HttpResponseMessage answer, CancellationToken cancel)
    {
        var isStream = answer.Content.Headers.ContentType?.MediaType == "text/event-stream";
        var text = isStream ? "" : await answer.Content.ReadAsStringAsync(cancel);
        if (request.Method == HttpMethod.Head) return text.Length == 0 ? StatusFault(answer, text, hasBody: false) : "HEAD has a body";
        if (request.Method == HttpMethod.Options && answer.StatusCode == HttpStatusCode.NoContent)
            return answer.Content.Headers.Allow.Count > 0 || answer.Headers.Contains("Access-Control-Allow-Methods") ? null : "OPTIONS allows nothing";
        return StatusFault(answer, text, hasBody: true);
    }

    /// <summary>A fault is a 5xx but a deliberate 503, or a refusal that is neither a problem with its code nor a page.</summary>
    private static string? StatusFault(HttpResponseMessage answer, string text, bool hasBody)
    {
        var status = (int)answer.StatusCode;
        var media = answer.Content.Headers.ContentType?.MediaType;
        if (status >= 500 && status != 503) return $"answered {status}";
        if (status < 400 || media == "text/html") return null;
        // The server's own word, before any code of ours has run.
        if (status == 400 && media is null && answer.RequestMessage!.RequestUri!.OriginalString.Contains("%00", StringComparison.Ordinal)) return null;
        if (media != "application/problem+json") return $"answered {status} as {media}";
        if (!hasBody) return null;
        var code = JsonDocument.Parse(text).RootElement.GetProperty("code").GetString();
        return string.IsNullOrEmpty(code) || (status == 503) != (code == "unavailable") ? $"answered {status} {code}" : null;
    }

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
