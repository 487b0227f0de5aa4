using System.IO.Compression;
using System.Text;

namespace FlashSale.Gateway.Called;

/// <summary>How a browser is reached by push: what its <c>PushSubscription</c> says.</summary>
/// <param name="Endpoint">Of its push service; it is the browser's secret.</param>
/// <param name="P256dh">Its public key, 65 bytes.</param>
/// <param name="Auth">16 bytes.</param>
public sealed record Subscription(string Endpoint, byte[] P256dh, byte[] Auth) : Recipient
{
    public const int KeyBytes = 65, AuthBytes = 16;

    /// <summary>A push service's address is rarely longer than 300.</summary>
    public const int MaxEndpoint = 500;

    /// <summary>With which every public key begins.</summary>
    public const byte Mark = 4;

    private const int KeysBytes = KeyBytes + AuthBytes;

    /// <summary>Both keys and the compressed endpoint.</summary>
    public override bool TryWrite(Span<byte> to, out int length)
    {
        P256dh.CopyTo(to);
        Auth.CopyTo(to[KeyBytes..]);
        var endpoint = Encoding.ASCII.GetBytes(Endpoint);
        var fits = BrotliEncoder.TryCompress(endpoint, to[KeysBytes..], out var compressed, quality: 5, window: 16);
        length = KeysBytes + compressed;
        return fits;
    }

    /// <summary>Reads what <see cref="TryWrite"/> wrote.</summary>
    public static Subscription? ReadFrom(ReadOnlySpan<byte> plain)
    {
        Span<byte> endpoint = stackalloc byte[MaxEndpoint];
        return plain.Length > KeysBytes && BrotliDecoder.TryDecompress(plain[KeysBytes..], endpoint, out var length)
            ? new Subscription(
                Encoding.ASCII.GetString(endpoint[..length]), plain[..KeyBytes].ToArray(),
                plain[KeyBytes..KeysBytes].ToArray())
            : null;
    }
}
