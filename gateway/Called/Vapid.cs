using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called;

/// <summary>
/// Says who sends (RFC 8292): a JWT for each push service, signed with the pair that the subscriptions were made for.
/// One is used for half a day.
/// </summary>
public sealed class Vapid : IDisposable
{
    /// <summary>RFC 8292 allows 24 hours.</summary>
    private static readonly TimeSpan s_good = TimeSpan.FromHours(12);

    /// <summary>A token is not used to its end: the clocks of push services differ.</summary>
    private static readonly TimeSpan s_early = TimeSpan.FromHours(1);

    /// <summary>Push services are few, and listed; what is more than these is forgotten.</summary>
    private const int MaxServices = 1000;

    private readonly TimeProvider _clock;
    private readonly CalledOptions _options;
    private readonly ECDsa _key;
    private readonly ConcurrentDictionary<string, (string Header, DateTimeOffset Until)> _headers = new();

    public Vapid(IOptions<CalledOptions> options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _clock) = (options.Value, clock);
        var parameters = PushCipher.Parameters(Base64Url.DecodeFromChars(_options.VapidPublicKey));
        parameters.D = Base64Url.DecodeFromChars(_options.VapidPrivateKey);
        _key = ECDsa.Create(parameters);
    }

    public void Dispose() => _key.Dispose();

    /// <summary>The <c>Authorization</c> header's value for a push service.</summary>
    public string Header(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var (service, now) = (endpoint.GetLeftPart(UriPartial.Authority), _clock.GetUtcNow());
        if (_headers.TryGetValue(service, out var known) && now < known.Until) return known.Header;
        if (_headers.Count >= MaxServices) _headers.Clear();
        var claims = new { aud = service, exp = (now + s_good).ToUnixTimeSeconds(), sub = _options.Contact };
        var signed = $"{Part("""{"typ":"JWT","alg":"ES256"}"""u8)}.{Part(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        byte[] signature;
        lock (_key) signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        var header = $"vapid t={signed}.{Part(signature)}, k={_options.VapidPublicKey}";
        _headers[service] = (header, now + s_good - s_early);
        return header;
    }

    private static string Part(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
