using System.Text;

namespace FlashSale.Contract.Pages;

/// <summary>The few pieces of a page that depend on the storefront and the language.</summary>
public static class LookParts
{
    private const string Bolt =
        """<svg class="bolt" viewBox="0 0 24 28" aria-hidden="true"><path d="M14 0 2 16h8L8 28 22 10h-9z"/></svg>""";

    /// <summary>The storefront's colours as custom properties; nothing without any.</summary>
    public static string Colours(Look? look)
    {
        if (look is null || look.Mistakes().Any()) return "";
        var light = look.Accent is null ? "" : $":root{{--accent:{look.Accent}}}";
        var dark = look.AccentDark is null
            ? ""
            : $"@media(prefers-color-scheme:dark){{:root{{--accent:{look.AccentDark}}}}}";
        return light + dark;
    }

    /// <summary>The storefront's logo, else the bolt. The name beside it is text, so the image has none.</summary>
    public static string Logo(Look? look) => look is { Logo: { } logo } && !look.Mistakes().Any()
        ? $"""<img src="{Template.Encode(logo)}" alt="">"""
        : Bolt;

    /// <summary>The language switch.</summary>
    /// <param name="chosen">The page's language.</param>
    /// <param name="query">The query to keep, as <c>&amp;name=value…</c>; null when there is none or a script adds it.</param>
    public static string Languages(Language chosen, string? query = null)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        var links = new StringBuilder();
        foreach (var one in Language.All)
        {
            var current = one == chosen ? " aria-current=\"true\"" : "";
            links.Append($"""<a href="?lang={one.Code}{Template.Encode(query ?? "")}" lang="{one.Code}" """)
                .Append($"""hreflang="{one.Code}"{current}>{one.Name}</a>""");
        }

        return links.ToString();
    }
}
