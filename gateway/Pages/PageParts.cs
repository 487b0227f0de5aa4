using FlashSale.Pages;

namespace FlashSale.Gateway.Pages;

/// <summary>The embedded pieces of the line's pages.</summary>
internal static class PageParts
{
    /// <summary>Hides what only the script fills in.</summary>
    public const string WithoutScript = ".js,.lead{display:none}";

    public static string Waiting { get; } = Assets.Markup(typeof(PageParts).Assembly, "waiting.html");
    public static string Plain { get; } = Assets.Markup(typeof(PageParts).Assembly, "plain.html");
    public static string Style { get; } = Assets.Style(typeof(PageParts).Assembly, "waiting.css");
    public static string Script { get; } = Assets.Script(
        typeof(PageParts).Assembly, "waiting.js", "waiting-states.js", "waiting-turn.js");
}
