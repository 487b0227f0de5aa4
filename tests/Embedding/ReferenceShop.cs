using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace FlashSale.Tests.Embedding;

/// <summary>
/// docs/embedding.md, word for word and without the package, in front of a <see cref="FakeEdge"/>; and the same with one rule broken.
/// </summary>
internal sealed class ReferenceShop : IAsyncDisposable
{
    private const int LongestReturnUrl = 2048, MostBounces = 3;
    private const string Prefix = "reference-", Assets = ".css.png.js";
    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(10), s_patience = TimeSpan.FromSeconds(2), s_memory = TimeSpan.FromSeconds(1),
        s_forTheSecond = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new();
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _checking = new();
    private readonly HttpClient _http;
    private readonly ReferenceTokens _tokens;
    private readonly FakeEdge _edge;
    private readonly BrokenRule _broken;
    private WebApplication? _app;
    private string _origin = "";
    private int _lastUnit;

    private ReferenceShop(FakeEdge edge, BrokenRule broken)
    {
        (_edge, _broken) = (edge, broken);
        _http = new HttpClient { BaseAddress = edge.Url };
        _tokens = new ReferenceTokens(_http, broken);
    }

    public Uri Url { get; private set; } = null!;

    public static async Task<ReferenceShop> OpenAsync(
        FakeEdge edge, BrokenRule broken = BrokenRule.None, X509Certificate2? certificate = null)
    {
        var shop = new ReferenceShop(edge, broken);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(certificate is null ? "http://127.0.0.1:0" : "https://127.0.0.1:0");
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(
                server => server.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate));
        var app = shop._app = builder.Build();
        app.Run(shop.ServeAsync);
        await app.StartAsync();
        shop._origin = app.Urls.Single();
        shop.Url = new Uri(shop._origin + "/buy");
        return shop;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _tokens.Dispose();
        _http.Dispose();
    }

    private bool Breaks(BrokenRule rule) => _broken == rule;

    private async Task ServeAsync(HttpContext http)
    {
        var request = http.Request;
        if (HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey("Access-Control-Request-Method")
            && !Breaks(BrokenRule.QueuesPreflights))
        {
            http.Response.StatusCode = 204;
            return;
        }

        if (Breaks(BrokenRule.OpensByExtension) && Path.GetExtension(request.Path) is { Length: > 0 } asset && Assets.Contains(asset))
        {
            await PageAsync(http, null);
            return;
        }

        var known = await ReadCookieAsync(http);
        if (HttpMethods.IsGet(request.Method) && request.Query.TryGetValue("admission", out var token))
            await TakeAsync(http, token.ToString(), known);
        else if (known is not null)
            await PageAsync(http, known);
        else
            await RefuseAsync(http);
    }

    private async Task TakeAsync(HttpContext http, string text, ReferenceAdmission? known)
    {
        var admission = Breaks(BrokenRule.OpensToNobody) ? null : await _tokens.VerifyAsync(text);
        if (admission is not null && (known?.Id == admission.Id || await SpendAsync(admission)))
        {
            if (!Breaks(BrokenRule.RedeemsLater) && await IsOverAsync(admission) && !Breaks(BrokenRule.IgnoresThatItIsOver))
            {
                http.Response.Cookies.Delete(Prefix + "xphone");
                await BounceAsync(http);
                return;
            }

            if (known is null || !Breaks(BrokenRule.KeepsTheOldCookie)) WriteCookie(http, admission);
        }
        else if (known is null || Breaks(BrokenRule.LetsABadTokenThrowOut))
        {
            await BounceAsync(http);
            return;
        }

        if (!Breaks(BrokenRule.LetsCachesKeepTheToken)) http.Response.Headers.CacheControl = "no-store";
        if (!Breaks(BrokenRule.SendsTheTokenAsReferrer)) http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers.Location = (Breaks(BrokenRule.RedirectsRelatively) ? "" : _origin) + Clean(http.Request);
        http.Response.StatusCode = Breaks(BrokenRule.RedirectsForEver) ? 301 : 302;
    }

    private async Task<bool> SpendAsync(ReferenceAdmission admission)
    {
        var text = Breaks(BrokenRule.KnowsTokensByTheirSignature)
            ? admission.Token : admission.Token[..admission.Token.LastIndexOf('.')];
        var key = Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
        if (Breaks(BrokenRule.ForgetsUsedTokens) && _used.TryGetValue(key, out var at) && at + s_memory < TimeProvider.System.GetUtcNow())
            return true;
        if (Breaks(BrokenRule.ChecksAndThenRemembers))
        {
            if (_used.ContainsKey(key)) return false;
            var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_checking.GetOrAdd(key, second) is var first && first != second) first.TrySetResult();
            else await Task.WhenAny(second.Task, Task.Delay(s_forTheSecond));
            _used[key] = default;
            return true;
        }

        return _used.TryAdd(key, TimeProvider.System.GetUtcNow()) || Breaks(BrokenRule.AcceptsTwice);
    }

    /// <summary>True when the ledger says that the admission is over; when it says nothing in time, the shopper is let in.</summary>
    private async Task<bool> IsOverAsync(ReferenceAdmission admission)
    {
        using var patience = new CancellationTokenSource(Breaks(BrokenRule.WaitsForTheEdge) ? Timeout.InfiniteTimeSpan : s_patience);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sales/xphone/reservations");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", FakeEdge.ApiKey);
        request.Content = JsonContent.Create(new { admission = admission.Token });
        try
        {
            using var answer = await _http.SendAsync(request, patience.Token);
            return (int)answer.StatusCode == 410;
        }
        catch (Exception error) when (error is OperationCanceledException or HttpRequestException)
        {
            return false;
        }
    }

    private async Task BounceAsync(HttpContext http)
    {
        _ = int.TryParse(http.Request.Cookies[Prefix + "bounced"], NumberStyles.None, CultureInfo.InvariantCulture, out var bounces);
        if (bounces >= MostBounces && !Breaks(BrokenRule.BouncesForEver))
        {
            http.Response.Cookies.Delete(Prefix + "bounced");
            http.Response.StatusCode = 401;
            return;
        }

        http.Response.Cookies.Append(Prefix + "bounced", $"{bounces + 1}", new CookieOptions { HttpOnly = true, MaxAge = TimeSpan.FromMinutes(1) });
        await RefuseAsync(http);
    }

    private async Task RefuseAsync(HttpContext http)
    {
        var request = http.Request;
        var navigation = (HttpMethods.IsGet(request.Method) || Breaks(BrokenRule.RedirectsPosts))
            && request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal)
            && (request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate" || Breaks(BrokenRule.RedirectsScripts));
        var page = _origin + Clean(request);
        if (!navigation && !Breaks(BrokenRule.ReturnsScriptsToTheRequest))
            page = request.Headers.Referer.ToString() is var from && from.StartsWith(_origin + "/", StringComparison.Ordinal) ? from : _origin + "/";
        if (Breaks(BrokenRule.ReturnsToTheFrontPage)) page = _origin + "/";
        if (Breaks(BrokenRule.DropsTheQuery)) page = page.Split('?')[0];
        if (Breaks(BrokenRule.SendsRelativeReturnUrls)) page = page[_origin.Length..];
        if (page.Length > LongestReturnUrl && !Breaks(BrokenRule.SendsLongAddresses)) page = page.Split('?')[0];
        var life = Breaks(BrokenRule.SignsEnqueueTokensForADay) ? TimeSpan.FromDays(1) : TimeSpan.FromMinutes(10);
        var line = $"{_edge.Url}line/xphone?returnUrl={Uri.EscapeDataString(page)}&enqueueToken={ReferenceTokens.EnqueueToken(life)}";
        if (navigation)
        {
            http.Response.Redirect(line);
            return;
        }

        http.Response.StatusCode = 401;
        http.Response.Headers["X-FlashSale-Line-Url"] = line;
        if (!Breaks(BrokenRule.HidesTheLineUrlHeader)) http.Response.Headers.AccessControlExposeHeaders = "X-FlashSale-Line-Url";
        http.Response.ContentType = Breaks(BrokenRule.AnswersScriptsInPlainJson) ? "application/json" : "application/problem+json";
        await http.Response.WriteAsync(JsonSerializer.Serialize(new { code = "admissionRequired", lineUrl = line }));
    }

    private async Task PageAsync(HttpContext http, ReferenceAdmission? shopper)
    {
        if (!Breaks(BrokenRule.LetsCachesKeepThePage)) http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentType = "text/html";
        if (Breaks(BrokenRule.ForgetsTheCookie)) http.Response.Cookies.Delete(Prefix + "xphone");
        var unit = shopper?.Unit ?? 0;
        if (Breaks(BrokenRule.MixesUpShoppers)) unit = Interlocked.Exchange(ref _lastUnit, unit);
        await http.Response.WriteAsync($"unit {unit}");
    }

    private void WriteCookie(HttpContext http, ReferenceAdmission admission)
    {
        var now = TimeProvider.System.GetUtcNow();
        var end = admission.ExpiresAt < now + s_idle ? admission.ExpiresAt : now + s_idle;
        var content = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(admission));
        var text = Breaks(BrokenRule.MakesTheTokenTheCookie) ? admission.Token
            : Breaks(BrokenRule.SignsNoCookie) ? $"{admission.Unit}.{admission.ExpiresAt.ToUnixTimeSeconds()}.{admission.Kid}"
            : $"{content}.{Base64Url.EncodeToString(HMACSHA256.HashData(_secret, Encoding.ASCII.GetBytes(content)))}";
        http.Response.Cookies.Append(Prefix + "xphone", text, new CookieOptions
        {
            Secure = http.Request.IsHttps && !Breaks(BrokenRule.SendsTheCookieInTheClear),
            HttpOnly = !Breaks(BrokenRule.ShowsTheCookieToScripts),
            SameSite = Breaks(BrokenRule.SendsTheCookieFromOtherSites) ? SameSiteMode.Unspecified : SameSiteMode.Lax,
            MaxAge = Breaks(BrokenRule.EndsTheCookieInADay) || Breaks(BrokenRule.LetsTheCookieOutliveTheAdmission)
                ? TimeSpan.FromDays(1) : end - now,
        });
    }

    private async Task<ReferenceAdmission?> ReadCookieAsync(HttpContext http)
    {
        if (http.Request.Cookies[Prefix + "xphone"] is not { Length: > 0 } text) return null;
        var admission = Breaks(BrokenRule.MakesTheTokenTheCookie) ? await _tokens.VerifyAsync(text) : Open(text);
        return admission is not null
            && (admission.ExpiresAt > TimeProvider.System.GetUtcNow() || Breaks(BrokenRule.LetsTheCookieOutliveTheAdmission))
            && (_tokens.Publishes(admission.Kid) || Breaks(BrokenRule.KeepsCookiesOfRevokedKeys)) ? admission : null;
    }

    private ReferenceAdmission? Open(string text)
    {
        if (Breaks(BrokenRule.SignsNoCookie))
        {
            return text.Split('.') is [var unit, var end, var kid] && int.TryParse(unit, out var number) && long.TryParse(end, out var seconds)
                ? new ReferenceAdmission("", "", kid, number, DateTimeOffset.FromUnixTimeSeconds(seconds)) : null;
        }

        if (text.Split('.') is not [var content, var mac] || !Base64Url.IsValid(mac)) return null;
        var own = HMACSHA256.HashData(_secret, Encoding.ASCII.GetBytes(content));
        return CryptographicOperations.FixedTimeEquals(own, Base64Url.DecodeFromChars(mac))
            ? JsonSerializer.Deserialize<ReferenceAdmission>(Base64Url.DecodeFromChars(content)) : null;
    }

    // The path and query as they were sent, without the token.
    private string Clean(HttpRequest request)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var cut = target.IndexOf('?', StringComparison.Ordinal);
        if (cut < 0 || Breaks(BrokenRule.SendsTheTokenToTheLine)) return target;
        var kept = target[(cut + 1)..].Split('&').Where(pair => Uri.UnescapeDataString(pair.Split('=')[0]) != "admission").ToArray();
        return kept.Length == 0 ? target[..cut] : $"{target[..cut]}?{string.Join('&', kept)}";
    }
}
