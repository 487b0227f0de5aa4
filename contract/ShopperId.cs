using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace FlashSale.Contract;

/// <summary>Who wants a unit: a stable id of 1–128 printable ASCII characters (the <c>sub</c> of tokens), none of
/// them a space at either end: a header's value loses those, and would name someone else.</summary>
public readonly record struct ShopperId
{
    public const int MaxLength = 128;

    /// <summary>Bytes of the hash that is an anonymous visitor's id.</summary>
    public const int VisitorBytes = 16;

    private const string VisitorPrefix = "v-";

    private ShopperId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out ShopperId id)
    {
        var valid = text is { Length: >= 1 and <= MaxLength } && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')
            && text[0] != ' ' && text[^1] != ' ';
        id = valid ? new ShopperId(text!) : default;
        return valid;
    }

    /// <summary>The id of a browser that nobody vouches for.</summary>
    /// <param name="hash">Of what the browser keeps as a secret; the first <see cref="VisitorBytes"/> bytes count.</param>
    public static ShopperId Visitor(ReadOnlySpan<byte> hash) => new(string.Create(
        VisitorPrefix.Length + Base64Url.GetEncodedLength(VisitorBytes), hash[..VisitorBytes], static (id, bytes) =>
        {
            VisitorPrefix.CopyTo(id);
            Base64Url.EncodeToChars(bytes, id[VisitorPrefix.Length..]);
        }));

    /// <summary>The hash that <see cref="Visitor"/> made it of; false when it was not made by it.</summary>
    public bool TryGetVisitor(Span<byte> hash) =>
        Value.StartsWith(VisitorPrefix, StringComparison.Ordinal)
        && FixedBase64Url.TryDecode(Value.AsSpan(VisitorPrefix.Length), hash[..VisitorBytes]);

    public override string ToString() => Value;
}
