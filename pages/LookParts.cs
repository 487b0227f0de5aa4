using System.Text;

using FlashSale.Contract;

namespace FlashSale.Pages;

/// <summary>The few pieces of a page that depend on the storefront and the language.</summary>
public static class LookParts
{
    private const string Bolt =
        """<svg class="bolt" viewBox="0 0 24 28" aria-hidden="true"><path d="M14 0 2 16h8L8 28 22 10h-9z"/></svg>""";

    private const string BoltIcon = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 28'%3E" +
        "%3Cpath fill='%23d9420b' d='M14 0 2 16h8L8 28 22 10h-9z'/%3E%3C/svg%3E";

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

    /// <summary>The browser tab's picture: the logo, else the bolt. Safe within quotes.</summary>
    public static string Icon(Look? look) => look is { Logo: { } logo } && !look.Mistakes().Any() ? logo : BoltIcon;

    /// <summary>The storefront's logo, else the bolt. The name beside it is text, so the image has none.</summary>
    public static string Logo(Look? look) => look is { Logo: { } logo } && !look.Mistakes().Any()
        ? $"""<img src="{Template.Encode(logo)}" alt="">"""
        : Bolt;

    /// <summary>What is sold, small, for beside its name; nothing without one.</summary>
    public static string Picture(Look? look) => look is { Picture: { } picture } && !look.Mistakes().Any()
        ? $"""<img src="{Template.Encode(picture)}" alt="">"""
        : "";

    /// <summary>The header: the storefront's logo and name, and the language switch.</summary>
    /// <param name="label">What the switch is called, in the page's language.</param>
    /// <param name="home">Where the name leads; null for nowhere.</param>
    /// <param name="query">As for <see cref="Languages"/>.</param>
    /// <param name="nav">Further attributes of the switch.</param>
    public static string Header(
        Storefront? storefront, Language language, string label, string? home, string? query = null, string nav = "")
    {
        var brand = $"{Logo(storefront?.Look)}<span>{Template.Encode(storefront?.Name ?? "FlashSale")}</span>";
        brand = home is null
            ? $"""<p class="brand">{brand}</p>"""
            : $"""<a class="brand" href="{Template.Encode(home)}">{brand}</a>""";
        return $"""
            <header class="top">
            {brand}
            <nav class="langs" aria-label="{Template.Encode(label)}"{nav}>{Languages(language, query)}</nav>
            </header>
            """;
    }

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
            links.Append($"""<a href="?lang={one.Code}{Template.Encode(query ?? "")}" lang="{one.Code}"{current}>""")
                .Append($"{one.Name}</a>");
        }

        return links.ToString();
    }
}
