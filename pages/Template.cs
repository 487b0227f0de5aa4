using System.Text;
using System.Text.Encodings.Web;

namespace FlashSale.Pages;

/// <summary>
/// HTML with <c>{{name}}</c> for a value that is encoded and <c>{{{name}}}</c> for one that is markup already. Nothing
/// else: a page that needs more is composed in code.
/// </summary>
public static class Template
{
    /// <exception cref="FormatException">A brace pair is left open.</exception>
    public static string Fill(string template, Func<string, string> value)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(value);
        var filled = new StringBuilder(template.Length * 2);
        var rest = template.AsSpan();
        while (rest.IndexOf("{{") is >= 0 and var open)
        {
            filled.Append(rest[..open]);
            var raw = rest[open..].StartsWith("{{{");
            var close = raw ? "}}}" : "}}";
            var from = open + close.Length;
            var length = rest[from..].IndexOf(close);
            if (length < 0) throw new FormatException("a template's {{ is not closed");
            var text = value(rest.Slice(from, length).Trim().ToString());
            filled.Append(raw ? text : Encode(text));
            rest = rest[(from + length + close.Length)..];
        }

        return filled.Append(rest).ToString();
    }

    /// <summary>Text as HTML, also within a double-quoted attribute.</summary>
    public static string Encode(string text) => s_html.Encode(text);

    // Letters of every script stay readable and small; what HTML treats as markup is always encoded.
    private static readonly HtmlEncoder s_html = HtmlEncoder.Create(System.Text.Unicode.UnicodeRanges.All);
}
