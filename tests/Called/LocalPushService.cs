using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

using FlashSale.Local.Processes;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>
/// A push service (RFC 8030) on this machine. It believes only who signs with the key that its subscriptions were
/// made for (RFC 8292), and passes on what it can't read.
/// </summary>
public sealed class LocalPushService : IAsyncDisposable
{
    /// <summary>As long as those of the largest push service.</summary>
    private const int IdBytes = 115;

    private readonly ConcurrentDictionary<string, LocalBrowser> _browsers = new();
    private readonly ECDsa _vapid = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TaskCompletionSource _ends = new();
    private readonly WebApplication _app;
    private readonly string _url;

    public LocalPushService()
    {
        _url = $"http://127.0.0.1:{FreePort.Next()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add(_url);
        _app.MapPost("/push/{id}", PushAsync);
    }

    /// <summary>Whose messages came, in order.</summary>
    public ConcurrentQueue<LocalBrowser> Arrived { get; } = new();

    /// <summary>What edges must be told to call by it.</summary>
    public Dictionary<string, string> Settings(int soonSeconds, int sendsAtOnce)
    {
        var key = _vapid.ExportParameters(includePrivateParameters: true);
        return new()
        {
            ["Called:VapidPublicKey"] = Base64Url.EncodeToString([4, .. key.Q.X!, .. key.Q.Y!]),
            ["Called:VapidPrivateKey"] = Base64Url.EncodeToString(key.D),
            ["Called:Contact"] = "mailto:ops@shop.example",
            ["Called:Keys"] = "k1:" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Called:PushServices"] = "127.0.0.1",
            ["Called:AllowLoopback"] = "true",
            ["Called:TimeoutSeconds"] = "1",
            ["Called:SendsAtOnce"] = $"{sendsAtOnce}",
            ["Called:SoonSeconds"] = $"{soonSeconds}",
            ["Called:AnewSeconds"] = "1",
            ["WaitingRoom:RecoverySeconds"] = "1",
        };
    }

    public Task StartAsync() => _app.StartAsync(TestContext.Current.CancellationToken);

    public LocalBrowser Subscribe()
    {
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
        return _browsers[id] = new LocalBrowser($"{_url}/push/{id}");
    }

    public async ValueTask DisposeAsync()
    {
        _ends.TrySetResult();
        await _app.DisposeAsync();
        _vapid.Dispose();
    }

    private async Task<IResult> PushAsync(HttpContext context, string id)
    {
        var request = context.Request;
        if (!await IsSignedAsync(request.Headers.Authorization.ToString())) return Results.StatusCode(403);
        if (request.Headers.ContentEncoding != "aes128gcm" || !int.TryParse(request.Headers["TTL"], out _)
            || request.Headers["Urgency"] != "high") return Results.StatusCode(400);
        if (!_browsers.TryGetValue(id, out var browser)) return Results.StatusCode(410);
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        if (browser.Refuses == 0) await Task.WhenAny(_ends.Task, Task.Delay(Timeout.Infinite, context.RequestAborted));
        if (browser.Refuses == 201)
        {
            browser.Take(body.ToArray());
            Arrived.Enqueue(browser);
        }

        return Results.StatusCode(browser.Refuses == 0 ? 503 : browser.Refuses);
    }

    private async Task<bool> IsSignedAsync(string header)
    {
        const string Scheme = "vapid t=";
        if (!header.StartsWith(Scheme, StringComparison.Ordinal)
            || header[Scheme.Length..].Split(", k=") is not [var token, _]) return false;
        var read = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKey = new ECDsaSecurityKey(_vapid),
            ValidAlgorithms = ["ES256"],
            ValidAudience = _url,
            ValidateIssuer = false,
        });
        return read.IsValid && read.SecurityToken.ValidTo < TimeProvider.System.GetUtcNow().AddHours(24).UtcDateTime
            && read.Claims.TryGetValue("sub", out var sub) && sub is "mailto:ops@shop.example";
    }
}
