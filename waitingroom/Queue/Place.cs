using System.Buffers.Binary;

namespace FlashSale.Queue;

/// <summary>
/// A place in line: the line's epoch (UTC seconds when it was created) and the number given at joining.
/// </summary>
public readonly record struct Place(uint Epoch, uint Number)
{
    /// <summary>Wherever a place is written: epoch, then number, 4 bytes each, big-endian.</summary>
    public const int Bytes = 8;

    /// <summary>The place that the first bytes are.</summary>
    public static Place Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));

    /// <summary>Writes it to the first bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Epoch);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], Number);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Bytes];
        Write(bytes);
        return bytes;
    }
}
