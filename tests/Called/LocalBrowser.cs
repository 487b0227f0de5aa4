using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>A browser with a subscription at <see cref="LocalPushService"/>; it decrypts what it is sent.</summary>
public sealed class LocalBrowser(string endpoint)
{
    private const int HeadBytes = 86, PointBytes = 65, TagBytes = 16;

    private readonly ECDiffieHellman _key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _auth = RandomNumberGenerator.GetBytes(16);
    private int _pushes;

    public string Endpoint => endpoint;

    /// <summary>What its push service says instead of 201; 0: nothing at all.</summary>
    public int Refuses { get; set; } = 201;

    /// <summary>How many messages its push service was given, those that it refused included.</summary>
    public int Pushes => Volatile.Read(ref _pushes);

    /// <summary>Every message that its push service has taken.</summary>
    public ConcurrentQueue<JsonElement> Messages { get; } = new();

    /// <summary>As its <c>PushSubscription</c> writes itself.</summary>
    public object Subscription => new
    {
        endpoint,
        expirationTime = (long?)null,
        keys = new { p256dh = Base64Url.EncodeToString(Point), auth = Base64Url.EncodeToString(_auth) },
    };

    /// <summary>Its public key.</summary>
    public byte[] Point => PointOf(_key);

    /// <summary>The reasons of what it was sent, in order.</summary>
    public IEnumerable<string?> Heard => Messages.Select(one => one.GetProperty("what").GetString());

    /// <summary>Hears this, and nothing else.</summary>
    public async Task HearsAsync(params string[] what)
    {
        await Record.ExceptionAsync(() => WaitFor.TrueAsync(() => Heard.Count() >= what.Length, "enough is heard"));
        Assert.Equal(what, Heard);
    }

    /// <summary>RFC 8291, from the other end.</summary>
    public byte[] Decrypt(ReadOnlySpan<byte> body) => Decrypt(body, _key, _auth);

    public static byte[] Decrypt(ReadOnlySpan<byte> body, ECDiffieHellman own, byte[] auth)
    {
        var (salt, point) = (body[..16].ToArray(), body[(HeadBytes - PointBytes)..HeadBytes].ToArray());
        using var sender = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = point[1..33], Y = point[33..] },
        });
        byte[] info = [.. "WebPush: info\0"u8, .. PointOf(own), .. point];
        var secret = own.DeriveRawSecretAgreement(sender.PublicKey);
        var seed = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, auth, info);
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, 16, salt, "Content-Encoding: aes128gcm\0"u8.ToArray());
        var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, 12, salt, "Content-Encoding: nonce\0"u8.ToArray());
        var plain = new byte[body.Length - HeadBytes - TagBytes];
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Decrypt(nonce, body[HeadBytes..^TagBytes], body[^TagBytes..], plain);
        return plain[..plain.AsSpan().LastIndexOf((byte)2)];
    }

    private static byte[] PointOf(ECDiffieHellman key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return [4, .. point.X!, .. point.Y!];
    }

    /// <summary>Its push service was given one more.</summary>
    public void Count() => Interlocked.Increment(ref _pushes);

    /// <summary>Takes a message as its push service passes it on.</summary>
    public void Take(ReadOnlySpan<byte> body) =>
        Messages.Enqueue(JsonElement.Parse(Encoding.UTF8.GetString(Decrypt(body))));
}
