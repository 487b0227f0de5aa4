using System.Buffers;
using System.Buffers.Text;

namespace FlashSale.Contract;

/// <summary>Base64url of a known number of bytes, as what somebody sends has it.</summary>
public static class FixedBase64Url
{
    /// <summary>
    /// Fills <paramref name="bytes"/>; false unless the text is what encoding them gives. The platform's decoder alone skips white
    /// space, so that two texts could stand for the same bytes.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes) =>
        text.Length == Base64Url.GetEncodedLength(bytes.Length)
        && Base64Url.DecodeFromChars(text, bytes, out _, out var length) == OperationStatus.Done
        && length == bytes.Length;
}
