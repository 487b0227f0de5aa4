using System.Security.Cryptography;
using System.Text.Json;

using FlashSale.WaitingRoom.Ledger;

using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace FlashSale.WaitingRoom.Keys;

/// <summary>
/// The live keys. The newest that has been published for long enough signs; newer ones are published already; a retired
/// one stays published until no token of it can live.
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

    /// <summary>True once there is a key.</summary>
    public bool IsReady => Volatile.Read(ref _keys).Count > 0;

    /// <summary>The key that signs now.</summary>
    public SigningKey Signing
    {
        get
        {
            var keys = Volatile.Read(ref _keys);
            var now = catalog.Clock.GetUtcNow();
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
            if (keys.Count == 0)
            {
                _files.Create(catalog.Clock.GetUtcNow());
                keys = _files.Read();
            }

            if (keys.Count != _keys.Count) LogKeys(keys.Count);
            Volatile.Write(ref _keys, keys);
        }
    }

    /// <summary>Makes the next key; it signs after it has been published for long enough.</summary>
    public SigningKey Rotate()
    {
        lock (_gate)
        {
            _files.Create(catalog.Clock.GetUtcNow());
            Volatile.Write(ref _keys, _files.Read());
            return _keys[^1];
        }
    }

    /// <summary>The public keys as a JWKS.</summary>
    public byte[] PublicKeys()
    {
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
            try
            {
                Scan();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
            {
                LogUnreadable(error);
            }
        }
    }

    private IEnumerable<SigningKey> Published()
    {
        var keys = Volatile.Read(ref _keys);
        var now = catalog.Clock.GetUtcNow();
        var lifetime = catalog.Sales.Values
            .Select(sale => TimeSpan.FromSeconds(sale.ClaimSeconds + sale.LongestPaySeconds + 60))
            .Append(s_longestToken).Max();
        for (var i = 0; i < keys.Count; i++)
            if (i == keys.Count - 1 || SignsFrom(keys[i + 1]) + lifetime > now) yield return keys[i];
    }

    [LoggerMessage(3301, LogLevel.Information, "{Keys} admission keys are live", EventName = "KeysLive")]
    private partial void LogKeys(int keys);

    [LoggerMessage(3302, LogLevel.Error,
        "The admission keys cannot be read; those known are kept",
        EventName = "KeysUnreadable")]
    private partial void LogUnreadable(Exception error);
}
