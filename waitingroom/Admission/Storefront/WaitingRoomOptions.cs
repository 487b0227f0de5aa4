using Microsoft.AspNetCore.Http;

namespace FlashSale.Admission;

/// <summary>How a storefront stands behind the line. Bound to the configuration section <c>WaitingRoom</c>.</summary>
public sealed class WaitingRoomOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "WaitingRoom";

    /// <summary>The edge as browsers reach it, e.g. <c>https://line.example</c>. Required.</summary>
    public Uri? Edge { get; set; }

    /// <summary>The edge as this server reaches it (keys, redeeming); <see cref="Edge"/> when null.</summary>
    public Uri? EdgeFromServer { get; set; }

    /// <summary>This storefront's id: the <c>aud</c> of its admissions. Required.</summary>
    public string Storefront { get; set; } = "";

    /// <summary>The sale of protected routes that don't name one by a <c>{sale}</c> in their pattern.</summary>
    public string? Sale { get; set; }

    /// <summary>
    /// Route patterns to protect, e.g. <c>/buy/{**rest}</c> or <c>/{sale}/buy</c>. Endpoints can also say it themselves:
    /// <c>.RequireAdmission()</c>.
    /// </summary>
    public IList<string> Protect { get; } = [];

    /// <summary>The only <c>iss</c> accepted.</summary>
    public string Issuer { get; set; } = "flashsale";

    /// <summary>This storefront's origin as browsers see it, when a proxy hides it; from the request when null.</summary>
    public Uri? PublicOrigin { get; set; }

    /// <summary>The secret with which enqueue tokens are signed, 32 characters or more; null: none are sent.</summary>
    public string? EnqueueSecret { get; set; }

    /// <summary>Who the shopper is (1–128 printable characters), for the enqueue token; null for a visitor.</summary>
    public Func<HttpContext, string?>? Shopper { get; set; }

    /// <summary>
    /// The storefront's API key (<c>fsk_…</c>), needed to confirm reservations paid here, and to make a token worthless
    /// that was in a URL: what this server has redeemed, only its key opens.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// With an <see cref="ApiKey"/>: the unit goes in the cart as the shopper comes in, so that the time to pay begins then
    /// and there is no moment in which the token from the URL is of use to anyone. False: when you call
    /// <see cref="WaitingRoomClient.RedeemAsync"/>.
    /// </summary>
    public bool RedeemOnArrival { get; set; } = true;

    /// <summary>Fail closed or open; see <see cref="UnreachableRule"/>.</summary>
    public UnreachableRule WhenUnreachable { get; set; } = UnreachableRule.Refuse;

    /// <summary>The edge counts as unreachable when it has not answered for this long. 0–10 minutes.</summary>
    public TimeSpan UnreachableAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Idle time after which the storefront's own cookie ends; it slides, and never outlives the admission. 1 s – 1 day.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The own cookie is this and the sale's id.</summary>
    public string CookiePrefix { get; set; } = "fs-admitted-";

    /// <summary>Paths that are never queued, whatever pattern they match.</summary>
    public IList<string> IgnorePaths { get; } = ["/health", "/healthz", "/livez", "/readyz", "/favicon.ico", "/robots.txt"];

    /// <summary>
    /// Extensions of static assets, never queued when asked for by GET or HEAD and no route of the application (other than a
    /// static asset's) would answer.
    /// </summary>
    public IList<string> IgnoreExtensions { get; } =
    [
        ".css", ".js", ".mjs", ".map", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".ico", ".woff", ".woff2",
        ".ttf", ".txt", ".webmanifest",
    ];

    /// <summary>
    /// Several instances only: records a token's key, atomically, in a store that they share until the given time, and says
    /// whether it was new (with Redis: <c>SET key 1 NX PXAT</c>). Null: this process remembers by itself.
    /// </summary>
    public Func<string, DateTimeOffset, CancellationToken, ValueTask<bool>>? SpendOnce { get; set; }

    internal Uri ServerSide => EdgeFromServer ?? Edge!;
}
