using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

using FlashSale.Local.Processes;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FlashSale.LoadTest.Crowd;

/// <summary>
/// The push service of the crowd's phones, on this machine: it takes every message, reads none, and says whose phone has
/// rung.
/// </summary>
public sealed class CrowdPushService : IAsyncDisposable
{
    /// <summary>What is kept so long for a phone that is off is no turn.</summary>
    private const int ComeBackSeconds = 600;

    private const int AuthBytes = 16, SealBytes = 32;

    private readonly ConcurrentDictionary<string, TaskCompletionSource<long>> _phones = new();
    private readonly WebApplication _app;
    private readonly string _url;
    private readonly TimeProvider _clock;

    /// <summary>All phones have one pair: who can read a message is not what a crowd tries.</summary>
    private readonly string _point, _auth = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(AuthBytes));

    private CrowdPushService(TimeProvider clock)
    {
        _clock = clock;
        _url = $"http://127.0.0.1:{FreePort.Next()}";
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        _point = Point(key.ExportParameters(includePrivateParameters: false).Q);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add(_url);
        _app.MapPost("/push/{phone}", (HttpRequest request, string phone) =>
        {
            var now = _clock.GetTimestamp();
            Of(phone).TrySetResult(now);
            if (int.TryParse(request.Headers["TTL"], out var seconds) && seconds < ComeBackSeconds)
                Of(Turn(phone)).TrySetResult(now);
            return Results.StatusCode(StatusCodes.Status201Created);
        });
    }

    /// <param name="clock">By which it is told when a phone has rung.</param>
    public static async Task<CrowdPushService> StartAsync(TimeProvider clock, CancellationToken cancel)
    {
        var service = new CrowdPushService(clock);
        await service._app.StartAsync(cancel).ConfigureAwait(false);
        return service;
    }

    /// <summary>What a system must have in its environment to call by it.</summary>
    /// <param name="soonSeconds">Whoever is expected to wait no longer is called to come back.</param>
    public static IReadOnlyDictionary<string, string> Environment(int soonSeconds)
    {
        using var vapid = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = vapid.ExportParameters(includePrivateParameters: true);
        return new Dictionary<string, string>
        {
            ["Called__VapidPublicKey"] = Point(key.Q),
            ["Called__VapidPrivateKey"] = Base64Url.EncodeToString(key.D),
            ["Called__Contact"] = "mailto:load@flashsale.invalid",
            ["Called__Keys"] = "load:" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SealBytes)),
            ["Called__PushServices"] = "127.0.0.1",
            ["Called__AllowLoopback"] = "true",
            ["Called__SoonSeconds"] = $"{soonSeconds}",
        };
    }

    /// <summary>As a browser's <c>PushSubscription</c> writes itself.</summary>
    /// <param name="phone">Its name here.</param>
    public object Subscribe(string phone) =>
        new { endpoint = $"{_url}/push/{phone}", keys = new { p256dh = _point, auth = _auth } };

    /// <summary>When the phone has rung first, as a timestamp.</summary>
    public Task<long> RungAsync(string phone) => Of(phone).Task;

    /// <summary>When it has rung for a turn; of sales whose turns are shorter than ten minutes.</summary>
    public Task<long> RungForATurnAsync(string phone) => Of(Turn(phone)).Task;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private TaskCompletionSource<long> Of(string phone) => _phones.GetOrAdd(
        phone, _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));

    private static string Turn(string phone) => phone + ":turn";

    private static string Point(ECPoint point) => Base64Url.EncodeToString([4, .. point.X!, .. point.Y!]);
}
