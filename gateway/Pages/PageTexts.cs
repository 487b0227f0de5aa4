using FlashSale.Contract;
using FlashSale.Pages;

namespace FlashSale.Gateway.Pages;

/// <summary>The waiting page's texts: ours, with the storefront's own over them.</summary>
public static class PageTexts
{
    private static readonly IReadOnlyDictionary<string, Texts> s_texts = Texts.Read(typeof(PageTexts).Assembly, "waiting");

    /// <summary>
    /// What happens to few, or once: the waiting page's script asks for these texts when it does, so that the page stays small.
    /// </summary>
    private static readonly HashSet<string> s_late =
    [
        "work", "joiningNotOpen", "joiningNotOpenlead", "opensin", "missed", "missedlead", "redeemed", "redeemedlead", "tocart",
        "spent", "spentlead", "left", "leftlead", "again", "saleEnded", "saleEndedlead", "alreadyBought", "alreadyBoughtlead", "order",
        "enqueueTokenInvalid", "enqueueTokenInvalidlead", "malformed", "malformedlead", "cookies", "cookieslead",
    ];

    /// <summary>What the waiting page's script has from the start, or asks for later.</summary>
    public static Dictionary<string, string> ForScript(Texts texts, bool late)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return texts.Under("live.").Where(one => s_late.Contains(one.Key) == late).ToDictionary();
    }

    public static Texts For(Language language, Storefront? storefront) =>
        s_texts[language.Code].With(storefront?.Look?.Texts?.GetValueOrDefault(language.Code));
}
