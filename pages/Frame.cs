using FlashSale.Contract;

namespace FlashSale.Pages;

/// <summary>What every page has around its content: the document's head, and for shoppers the storefront's header.</summary>
public sealed record Frame(Language Language, string Title)
{
    /// <summary>Keeps a page out of search engines.</summary>
    public const string NotIndexed = """<meta name="robots" content="noindex">""";
    private static readonly string s_page = Assets.Markup(typeof(Frame).Assembly, "page.html");

    /// <summary>Markup: the style and link elements.</summary>
    public required string Styles { get; init; }

    /// <summary>Markup: further meta elements. A page is not for search engines unless they say otherwise.</summary>
    public string Meta { get; init; } = NotIndexed;

    /// <summary>The page's first state; its script and its styles know it by the body's <c>data-state</c>.</summary>
    public string State { get; init; } = "";

    public Look? Look { get; init; }

    /// <summary>The whole document around the content, which is markup.</summary>
    public string Around(string content) => Template.Fill(s_page, name => name switch
    {
        "lang" => Language.Code,
        "dir" => Language.Direction,
        "title" => Title,
        "meta" => Meta,
        "styles" => Styles,
        "state" => State,
        "icon" => LookParts.Icon(Look),
        "content" => content,
        _ => throw new KeyNotFoundException(name),
    });
}
