using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FlashSale.Gateway.Called;

/// <summary>
/// Message encryption for Web Push (RFC 8291) in one record of <c>aes128gcm</c> (RFC 8188): only the browser reads
/// it, its push service does not.
/// </summary>
public static class PushCipher
{
    /// <summary>What a message may have: every push service takes it.</summary>
    public const int MaxPlain = 3000;

    private const int SaltBytes = 16, PointBytes = 65, CoordinateBytes = 32, TagBytes = 16;
    private const int KeyBytes = 16, NonceBytes = 12;
    private const int HeadBytes = SaltBytes + 4 + 1 + PointBytes;
    private const int RecordBytes = 4096;

    /// <summary>The last record of a message ends with it.</summary>
    private const byte Last = 2;

    /// <summary>The body of the request to the push service.</summary>
    /// <exception cref="CryptographicException">The subscription's key is no point of the curve.</exception>
    public static byte[] Encrypt(ReadOnlySpan<byte> message, Subscription to)
    {
        using var own = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Encrypt(message, to, own, RandomNumberGenerator.GetBytes(SaltBytes));
    }

    /// <summary>The same with a key pair and a salt that must be used once.</summary>
    internal static byte[] Encrypt(
        ReadOnlySpan<byte> message, Subscription to, ECDiffieHellman own, ReadOnlySpan<byte> salt)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Length, MaxPlain);
        var ownPoint = Point(own);
        using var its = ECDiffieHellman.Create(Parameters(to.P256dh));
        using var itsKey = its.PublicKey;
        var secret = own.DeriveRawSecretAgreement(itsKey);
        byte[] info = [.. "WebPush: info\0"u8, .. to.P256dh, .. ownPoint];
        Span<byte> seed = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> key = stackalloc byte[KeyBytes], nonce = stackalloc byte[NonceBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, seed, to.Auth, info);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, key, salt, "Content-Encoding: aes128gcm\0"u8);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, nonce, salt, "Content-Encoding: nonce\0"u8);

        var body = new byte[HeadBytes + message.Length + 1 + TagBytes];
        salt.CopyTo(body);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(SaltBytes), RecordBytes);
        body[SaltBytes + 4] = PointBytes;
        ownPoint.CopyTo(body.AsSpan(SaltBytes + 5));
        byte[] padded = [.. message, Last];
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, padded, body.AsSpan(HeadBytes, padded.Length), body.AsSpan(^TagBytes));
        CryptographicOperations.ZeroMemory(secret);
        return body;
    }

    /// <summary>A point of the curve.</summary>
    /// <param name="point">Uncompressed: 4, x, y.</param>
    internal static ECParameters Parameters(ReadOnlySpan<byte> point) => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint
        {
            X = point[1..(1 + CoordinateBytes)].ToArray(),
            Y = point[(1 + CoordinateBytes)..PointBytes].ToArray(),
        },
    };

    /// <summary>True for a key that can be encrypted to.</summary>
    internal static bool IsPoint(byte[] point)
    {
        if (point.Length != PointBytes || point[0] != 4) return false;
        try
        {
            using var key = ECDiffieHellman.Create(Parameters(point));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[] Point(ECDiffieHellman key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return [4, .. point.X!, .. point.Y!];
    }
}
