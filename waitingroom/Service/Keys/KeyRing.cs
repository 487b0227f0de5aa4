using System.Security.Cryptography;
using System.Text.Json;

using FlashSale.WaitingRoom.Ledger;

using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace FlashSale.WaitingRoom.Keys;

/// <summary>
/// The live keys. The newest that has been published for long enough signs; newer ones are published already; a retired
/// one stays published until no token of it can live. A revoked one is gone at once. One that is dated ahead is none before
/// its time: whoever can put a file there must not make a key that waits in secret, nor take the signing over later.
/// </summary>
public sealed partial class KeyRing(
    IOptions<AdmissionKeyOptions> options, PulledSales catalog, TimeProvider clock, ILogger<KeyRing> log)
    : BackgroundService
{
    /// <summary>Tokens are taken to live this long at least, whatever the sales of now say.</summary>
    private static readonly TimeSpan s_longestToken = TimeSpan.FromHours(1);

    private readonly SigningKeyFiles _files = new(options.Value.KeysDirectory);
    private readonly Lock _gate = new();
    private IReadOnlyList<SigningKey> _keys = [];

    /// <summary>Rooms' clocks differ by less: a key that another has just made is not dated ahead.</summary>
    private static readonly TimeSpan s_skew = TimeSpan.FromSeconds(5);

    /// <summary>True once there is a key.</summary>
    public bool IsReady => Known(catalog.Clock.GetUtcNow()).Count > 0;

    /// <summary>The key that signs now.</summary>
    public SigningKey Signing
    {
        get
        {
            var now = catalog.Clock.GetUtcNow();
            var keys = Known(now);
            return keys.LastOrDefault(key => SignsFrom(key) <= now) ?? keys[0];
        }
    }

    /// <summary>When a key begins to sign.</summary>
    public DateTimeOffset SignsFrom(SigningKey key) => key.CreatedAt + options.Value.PublishedBeforeSigning;

    /// <summary>Reads the keys; makes the first one.</summary>
    public void Scan()
    {
        lock (_gate)
        {
            var keys = _files.Read();
            var now = catalog.Clock.GetUtcNow();
            if (!keys.Any(key => IsDue(key, now)))
            {
                _files.Create(now);
                keys = _files.Read();
            }

            if (keys.Count != _keys.Count) LogKeys(keys.Count(key => IsDue(key, now)), keys.Count(key => !IsDue(key, now)));
            Volatile.Write(ref _keys, keys);
        }
    }

    /// <summary>Makes the next key; it signs after it has been published for long enough.</summary>
    public SigningKey Rotate()
    {
        lock (_gate)
        {
            var known = _keys.Select(key => key.Id).ToHashSet();
            _files.Create(catalog.Clock.GetUtcNow());
            Volatile.Write(ref _keys, _files.Read());
            return Known(catalog.Clock.GetUtcNow()).Last(key => !known.Contains(key.Id));
        }
    }

    /// <summary>
    /// Ends a key now: it is published no more and signs no more, here and within <see cref="AdmissionKeyOptions.Rescan"/> in the
    /// other rooms. If it was the one that signs, a new one signs at once; verifiers ask for it as they meet it. Whoever had a
    /// promise under the old one asks again by the ticket, and gets the same unit under the new one.
    /// </summary>
    /// <returns>The key that signs now; null when there is no such key.</returns>
    public SigningKey? Revoke(string kid)
    {
        lock (_gate)
        {
            var keys = _files.Read();
            Volatile.Write(ref _keys, keys); // Another room may have revoked since the last scan.
            if (keys.All(key => key.Id != kid)) return _files.IsRevoked(kid) ? Signing : null;
            var now = catalog.Clock.GetUtcNow();
            // Dated back, so that it signs at once in every room.
            if (Signing.Id == kid || keys.Count(key => IsDue(key, now)) == 1) _files.Create(now - options.Value.PublishedBeforeSigning);
            _files.Revoke(kid);
            Volatile.Write(ref _keys, _files.Read());
            LogRevoked(kid, Signing.Id);
            return Signing;
        }
    }

    /// <summary>
    /// The public keys as a JWKS, also one that another room has just made: a verifier that does not find a key here takes its
    /// tokens for forged.
    /// </summary>
    public byte[] PublicKeys()
    {
        TryScan();
        var keys = Published().Select(key =>
        {
            var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(key.Key);
            return new { kty = jwk.Kty, crv = jwk.Crv, x = jwk.X, y = jwk.Y, kid = key.Id, use = "sig", alg = "ES256" };
        });
        return JsonSerializer.SerializeToUtf8Bytes(new { keys });
    }

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (_files.Exposure() is { } exposure)
            throw new InvalidOperationException($"{AdmissionKeyOptions.Section}:{nameof(AdmissionKeyOptions.KeysDirectory)}: {exposure}");
        Scan(); // A bad directory or key stops the start.
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(options.Value.Rescan, clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            TryScan();
        }
    }

    private void TryScan()
    {
        if (!_gate.TryEnter()) return; // Somebody looks already, and the folder may hang.
        try
        {
            Scan();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            LogUnreadable(error);
        }
        finally
        {
            _gate.Exit();
        }
    }

    private IEnumerable<SigningKey> Published()
    {
        var now = catalog.Clock.GetUtcNow();
        var keys = Known(now);
        var lifetime = catalog.Sales.Values
            .Select(sale => TimeSpan.FromSeconds(sale.ClaimSeconds + sale.LongestPaySeconds + 60))
            .Append(s_longestToken).Max();
        for (var i = 0; i < keys.Count; i++)
            if (i == keys.Count - 1 || SignsFrom(keys[i + 1]) + lifetime > now) yield return keys[i];
    }

    private List<SigningKey> Known(DateTimeOffset now) => [.. Volatile.Read(ref _keys).Where(key => IsDue(key, now))];

    private static bool IsDue(SigningKey key, DateTimeOffset now) => key.CreatedAt <= now + s_skew;

    [LoggerMessage(3301, LogLevel.Information, "{Keys} admission keys are live, {Ahead} are dated ahead", EventName = "KeysLive")]
    private partial void LogKeys(int keys, int ahead);

    [LoggerMessage(3303, LogLevel.Warning, "The admission key {Kid} has been revoked; {Signing} signs", EventName = "KeyRevoked")]
    private partial void LogRevoked(string kid, string signing);

    [LoggerMessage(3302, LogLevel.Error,
        "The admission keys cannot be read; those known are kept",
        EventName = "KeysUnreadable")]
    private partial void LogUnreadable(Exception error);
}
