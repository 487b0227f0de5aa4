using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Web;

using FlashSale.Contract;

namespace FlashSale.Command.Conformance;

/// <summary>
/// A shopper's way through the line, by its public API: join, wait, claim. The address of the line is the one that the
/// storefront redirects to.
/// </summary>
/// <param name="Page">The storefront's redirect: <c>{edge}/line/{sale}?returnUrl=…</c>.</param>
/// <param name="ApiKey">The storefront's, to give back what its server has redeemed; null when it is not known.</param>
internal sealed record LineClient(Uri Page, string Sale, string? ApiKey = null)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public Uri Edge { get; } = new(Page.AbsoluteUri[..Page.AbsoluteUri.IndexOf("/line/", StringComparison.Ordinal)]);

    public Uri ReturnUrl { get; } =
        new(Page, Parameter(Page, "returnUrl") ?? throw new BrokenRuleException("no returnUrl"));

    /// <summary>True for a shop behind the edge itself: the token comes by cookie, not by URL.</summary>
    public bool ByCookie => ReturnUrl.Authority == Edge.Authority;

    public static string? Parameter(Uri url, string name) => HttpUtility.ParseQueryString(url.Query)[name];

    /// <summary>Waits for this visitor's turn and takes the admission token.</summary>
    public async Task<AdmissionAnswer> AdmitAsync(Visitor visitor, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(s_patience);
        var enqueueToken = Parameter(Page, "enqueueToken");
        var place = await CallAsync(visitor, HttpMethod.Post, "ticket", new() { ["enqueueToken"] = enqueueToken }, null, patience.Token)
            .ConfigureAwait(false);
        var ticket = place.GetProperty("ticket").GetString()!;
        while (place.GetProperty("state").GetString() is "waiting" or "prequeue")
        {
            await Task.Delay(place.GetProperty("nextPollMs").GetInt32(), patience.Token).ConfigureAwait(false);
            place = await CallAsync(visitor, HttpMethod.Get, "ticket", null, ticket, patience.Token).ConfigureAwait(false);
        }

        var state = place.GetProperty("state").GetString();
        Rule.Holds(state is "admitted", $"the line says '{state}' to a new shopper: is the sale open, with units left?");
        var claim = await CallAsync(visitor, HttpMethod.Post, "admission", null, ticket, patience.Token).ConfigureAwait(false);
        return new AdmissionAnswer(
            claim.GetProperty("token").GetString()!, claim.GetProperty("unit").GetInt32(),
            claim.TryGetProperty("continueUrl", out var url) ? url.GetString() ?? "" : "");
    }

    /// <summary>
    /// Gives the unit back, so that a run costs the sale nothing. What a storefront's server has redeemed, without its key,
    /// comes back by itself when the time to pay is over.
    /// </summary>
    public async Task GiveBackAsync(Visitor visitor, string token, CancellationToken cancel)
    {
        var key = ByCookie ? null : ApiKey;
        var held = await RedeemAsync(visitor, token, key, cancel).ConfigureAwait(false);
        if (held.Status is not (200 or 201)) return;
        var id = JsonDocument.Parse(held.Body).RootElement.GetProperty("id").GetString();
        await visitor.SendAsync(
            HttpMethod.Delete, new Uri(Edge, $"/reservations/{id}"), cancel, Bearer(key ?? token))
            .ConfigureAwait(false);
    }

    /// <summary>Redeems at the edge: as the storefront's server with its key, else with nothing but the token.</summary>
    public async Task<Answer> RedeemAsync(Visitor visitor, string token, string? key, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Edge, $"/sales/{Sale}/reservations"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? token);
        if (key is not null) request.Content = JsonContent.Create(new { admission = token });
        return await visitor.SendAsync(request, cancel).ConfigureAwait(false);
    }

    private static (string, string) Bearer(string token) => ("Authorization", $"Bearer {token}");

    // Two hundred visitors of one address are more than an edge's limit for a client: wait when it says so.
    private async Task<JsonElement> CallAsync(
        Visitor visitor, HttpMethod method, string what, Dictionary<string, string?>? body, string? ticket, CancellationToken cancel)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(method, new Uri(Edge, $"/sales/{Sale}/{what}"));
            if (ticket is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Ticket", ticket);
            if (body is not null) request.Content = JsonContent.Create(body, options: s_json);
            var answer = await visitor.SendAsync(request, cancel).ConfigureAwait(false);
            if (answer.Status is 200 or 201) return JsonDocument.Parse(answer.Body).RootElement;
            if (answer.Status is 428 && body is not null)
            {
                var asked = JsonDocument.Parse(answer.Body).RootElement;
                body["proof"] = ProofOfWork.Solve(
                    asked.GetProperty("challenge").GetString()!, asked.GetProperty("bits").GetInt32(), cancel);
                continue;
            }
            Rule.Holds(answer.Status is 429 or 503, $"{method} {what}: {answer.Status} {answer.Body}");
            _ = int.TryParse(answer.Header("Retry-After"), out var seconds);
            await Task.Delay(TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 10)), cancel).ConfigureAwait(false);
        }
    }

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };
}

/// <summary>An admission as the line hands it over.</summary>
internal sealed record AdmissionAnswer(string Token, int Unit, string ContinueUrl);
