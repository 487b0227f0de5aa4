using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Web;

using FlashSale.LoadTest.Clients;

namespace FlashSale.Conformance;

/// <summary>
/// A shopper's way through the line, by its public API: join, wait, claim. The address of the line is the one that the
/// storefront redirects to.
/// </summary>
/// <param name="Page">The storefront's redirect: <c>{edge}/line/{sale}?returnUrl=…</c>.</param>
/// <param name="ApiKey">The storefront's, to give back what its server has redeemed; null when it is not known.</param>
internal sealed record LineJourney(Uri Page, string Sale, string? ApiKey = null)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_shortestRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromSeconds(10);

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
        var shopper = new Shopper(visitor.At(Edge), Sale) { EnqueueToken = Parameter(Page, "enqueueToken") };
        var place = await AnsweredAsync("join", shopper.JoinAsync, patience.Token).ConfigureAwait(false);
        while (place.State is "waiting" or "prequeue")
        {
            await Task.Delay(place.NextPollMs, patience.Token).ConfigureAwait(false);
            place = await AnsweredAsync("poll", shopper.PollAsync, patience.Token).ConfigureAwait(false);
        }

        Rule.Holds(place.State is "admitted",
            $"the line says '{place.State}' to a new shopper: is the sale open, with units left?");
        return await AnsweredAsync("claim", shopper.ClaimAsync, patience.Token).ConfigureAwait(false);
    }

    /// <summary>
    /// Gives the unit back, so that a run costs the sale nothing. What a storefront's server has redeemed, without its key,
    /// comes back by itself when the time to pay is over.
    /// </summary>
    public async Task GiveBackAsync(Visitor visitor, string token, CancellationToken cancel)
    {
        if (!ByCookie && ApiKey is not null)
        {
            var id = await ReservationAsync(visitor, token, cancel).ConfigureAwait(false);
            await GiveBackReservationAsync(visitor, id, cancel).ConfigureAwait(false);
            return;
        }

        var shopper = new Shopper(visitor.At(Edge), Sale) { Token = token };
        var held = await shopper.ReserveAsync(cancel).ConfigureAwait(false);
        if (held.Body is not null) await shopper.GiveBackAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Redeems at the edge with nothing but the token; the status of the answer.</summary>
    public async Task<int> RedeemAsync(Visitor visitor, string token, CancellationToken cancel) =>
        (await new Shopper(visitor.At(Edge), Sale) { Token = token }.ReserveAsync(cancel).ConfigureAwait(false)).Status;

    /// <summary>The id of what the token's storefront holds; null when it holds nothing, or its key is not known.</summary>
    public async Task<string?> ReservationAsync(Visitor visitor, string token, CancellationToken cancel)
    {
        if (ByCookie || ApiKey is null) return null;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Edge, $"/sales/{Sale}/reservations"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
        request.Content = JsonContent.Create(new { admission = token });
        var held = await visitor.SendAsync(request, cancel).ConfigureAwait(false);
        return held.Status is 200 or 201 ? JsonDocument.Parse(held.Body).RootElement.GetProperty("id").GetString() : null;
    }

    /// <summary>Gives back what a storefront holds.</summary>
    /// <param name="id">From <see cref="ReservationAsync"/>.</param>
    public async Task GiveBackReservationAsync(Visitor visitor, string? id, CancellationToken cancel)
    {
        if (id is null) return;
        await visitor.SendAsync(
            HttpMethod.Delete, new Uri(Edge, $"/reservations/{id}"), cancel, ("Authorization", $"Bearer {ApiKey}"))
            .ConfigureAwait(false);
    }

    // Two hundred visitors of one address are more than an edge's limit for a client: wait when it says so.
    private static async Task<T> AnsweredAsync<T>(
        string what, Func<CancellationToken, Task<Answer<T>>> ask, CancellationToken cancel) where T : class
    {
        while (true)
        {
            var answer = await ask(cancel).ConfigureAwait(false);
            if (answer.Body is { } body) return body;
            Rule.Holds(answer.Status is 429 or 503, $"{what}: {answer.Status} {answer.Problem}");
            var asked = answer.RetryAfter ?? TimeSpan.Zero;
            var wait = asked < s_shortestRetry ? s_shortestRetry : asked > s_longestRetry ? s_longestRetry : asked;
            await Task.Delay(wait, cancel).ConfigureAwait(false);
        }
    }
}
