using System.Buffers.Text;
using System.Text;

namespace FlashSale.Gateway.Tickets;

/// <summary>
/// JSON put together by hand into a buffer of the caller: a poll's answer costs no allocation and no serializer.
/// The caller makes the buffer large enough; nothing here needs escaping.
/// </summary>
public ref struct Utf8Text(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _buffer[..Length];

    public void Raw(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer[Length..]);
        Length += text.Length;
    }

    public void Word(string text)
    {
        _buffer[Length++] = (byte)'"';
        Length += Encoding.ASCII.GetBytes(text, _buffer[Length..]);
        _buffer[Length++] = (byte)'"';
    }

    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, _buffer[Length..], out var written);
        Length += written;
    }

    /// <summary>A number, or null for a negative one.</summary>
    public void NumberOrNull(long value)
    {
        if (value < 0) Raw("null"u8);
        else Number(value);
    }

    /// <summary>ISO 8601 with milliseconds, in quotes.</summary>
    public void Time(DateTimeOffset value)
    {
        var time = value.UtcDateTime;
        _buffer[Length++] = (byte)'"';
        Digits(time.Year, 4, '-');
        Digits(time.Month, 2, '-');
        Digits(time.Day, 2, 'T');
        Digits(time.Hour, 2, ':');
        Digits(time.Minute, 2, ':');
        Digits(time.Second, 2, '.');
        Digits(time.Millisecond, 3, 'Z');
        _buffer[Length++] = (byte)'"';
    }

    private void Digits(int value, int count, char after)
    {
        for (var at = Length + count - 1; at >= Length; at--, value /= 10) _buffer[at] = (byte)('0' + value % 10);
        _buffer[Length + count] = (byte)after;
        Length += count + 1;
    }
}
