using System.Text.Json;
using System.Text.Unicode;

namespace FlashSale.Contract;

/// <summary>
/// JSON from outside, in the one reading that is taken: UTF-8 without half letters, no member twice, no deeper than
/// <see cref="Wire"/> allows. What passes here can be read by <c>GetString</c> in every place, which throws for half a letter.
/// </summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions s_options = new()
    {
        MaxDepth = Wire.MaxDepth,
        AllowDuplicateProperties = false,
    };

    /// <summary>The document; false for anything else.</summary>
    /// <param name="maxDepth">Levels of objects and arrays; 0: the contract's.</param>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, out JsonElement json, int maxDepth = 0)
    {
        json = default;
        var options = maxDepth == 0 ? s_options : s_options with { MaxDepth = maxDepth };
        try
        {
            if (!HasWholeLetters(utf8.Span, options.MaxDepth)) return false;
            using var document = JsonDocument.Parse(utf8, options);
            json = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>False where an escape names half a letter, or bytes are no letter at all.</summary>
    private static bool HasWholeLetters(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        if (!Utf8.IsValid(utf8)) return false;
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
            if (reader.ValueIsEscaped && !IsWhole(reader.ValueSpan)) return false;
        return true;
    }

    /// <summary>Each escaped high surrogate is followed by an escaped low one, and no low one stands alone.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> escaped)
    {
        var wantsLow = false;
        for (var at = 0; at < escaped.Length;)
        {
            var code = escaped[at] == '\\' && escaped[at + 1] == 'u' ? Hex(escaped.Slice(at + 2, 4)) : 0;
            if (wantsLow != code is >= 0xdc00 and <= 0xdfff) return false;
            wantsLow = code is >= 0xd800 and <= 0xdbff;
            at += escaped[at] != '\\' ? 1 : escaped[at + 1] == 'u' ? 6 : 2;
        }
        return !wantsLow;
    }

    private static int Hex(ReadOnlySpan<byte> digits) =>
        int.Parse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, null);
}
