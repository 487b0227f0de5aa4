using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlashSale.Contract;

/// <summary>A sale's id: <c>^[a-z0-9][a-z0-9-]{0,62}$</c>.</summary>
[JsonConverter(typeof(SaleIdJson))]
public readonly record struct SaleId
{
    private SaleId(string value) => Value = value;

    public string Value { get; }

    /// <exception cref="FormatException">The text is not an id.</exception>
    public static SaleId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("not a sale id");

    public static bool TryParse([NotNullWhen(true)] string? text, out SaleId id)
    {
        id = Identifier.IsValid(text) ? new SaleId(text) : default;
        return id.Value is not null;
    }

    public override string ToString() => Value;
}

/// <summary>A storefront's id, in the form of a <see cref="SaleId"/>.</summary>
[JsonConverter(typeof(StorefrontIdJson))]
public readonly record struct StorefrontId
{
    private StorefrontId(string value) => Value = value;

    public string Value { get; }

    /// <exception cref="FormatException">The text is not an id.</exception>
    public static StorefrontId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("not a storefront id");

    public static bool TryParse([NotNullWhen(true)] string? text, out StorefrontId id)
    {
        id = Identifier.IsValid(text) ? new StorefrontId(text) : default;
        return id.Value is not null;
    }

    public override string ToString() => Value;
}

/// <summary>Who wants a unit: a stable id of 1–128 printable ASCII characters (the <c>sub</c> of tokens).</summary>
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
        var valid = text is { Length: >= 1 and <= MaxLength } && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
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

internal static class Identifier
{
    private const int MaxLength = 63;
    private static readonly System.Buffers.SearchValues<char> s_allowed =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: >= 1 and <= MaxLength } && text[0] != '-' && !text.AsSpan().ContainsAnyExcept(s_allowed);
}

internal sealed class SaleIdJson : JsonConverter<SaleId>
{
    public override SaleId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        SaleId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("not a sale id");

    public override void Write(Utf8JsonWriter writer, SaleId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

internal sealed class StorefrontIdJson : JsonConverter<StorefrontId>
{
    public override StorefrontId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        StorefrontId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("not a storefront id");

    public override void Write(Utf8JsonWriter writer, StorefrontId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
