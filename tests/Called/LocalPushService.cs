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

    /// <summary>What a second service is known by, which is this one as well.</summary>
    public const string OtherName = "localhost";

    private readonly ConcurrentDictionary<string, LocalBrowser> _browsers = new();
    private readonly ECDsa _vapid = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TaskCompletionSource _ends = new();
    private readonly WebApplication _app;
    private readonly string _url;
    private int _givenUp;

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

    /// <summary>Messages that an edge had waited long enough to give it.</summary>
    public int GivenUp => Volatile.Read(ref _givenUp);

    /// <summary>What edges must be told to call by it, under two names: for two services.</summary>
    public Dictionary<string, string> Settings(int soonSeconds, int sendsAtOnce, int timeoutSeconds)
    {
        var key = _vapid.ExportParameters(includePrivateParameters: true);
        return new()
        {
            ["Called:VapidPublicKey"] = Base64Url.EncodeToString([4, .. key.Q.X!, .. key.Q.Y!]),
            ["Called:VapidPrivateKey"] = Base64Url.EncodeToString(key.D),
            ["Called:Contact"] = "mailto:ops@shop.example",
            ["Called:Keys"] = "k1:" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Called:PushServices"] = $"127.0.0.1,{OtherName}",
            ["Called:AllowLoopback"] = "true",
            ["Called:TimeoutSeconds"] = $"{timeoutSeconds}",
            ["Called:SendsAtOnce"] = $"{sendsAtOnce}",
            ["Called:SoonSeconds"] = $"{soonSeconds}",
            ["Called:AnewSeconds"] = "1",
            ["WaitingRoom:RecoverySeconds"] = "1",
        };
    }

    public Task StartAsync() => _app.StartAsync(TestContext.Current.CancellationToken);

    /// <param name="name">At which of the two services.</param>
    public LocalBrowser Subscribe(string name = "127.0.0.1")
    {
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
        return _browsers[id] = new LocalBrowser($"{UrlOf(name)}/push/{id}");
    }

    private string UrlOf(string name) => _url.Replace("127.0.0.1", name, StringComparison.Ordinal);

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
        browser.Count();
        if (browser.Refuses == 0)
        {
            await Task.WhenAny(_ends.Task, Task.Delay(Timeout.Infinite, context.RequestAborted));
            Interlocked.Increment(ref _givenUp);
        }

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
            ValidAudiences = [_url, UrlOf(OtherName)],
            ValidateIssuer = false,
        });
        return read.IsValid && read.SecurityToken.ValidTo < TimeProvider.System.GetUtcNow().AddHours(24).UtcDateTime
            && read.Claims.TryGetValue("sub", out var sub) && sub is "mailto:ops@shop.example";
    }
}
