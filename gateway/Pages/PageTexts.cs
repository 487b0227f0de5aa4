using FlashSale.Contract;
using FlashSale.Pages;

namespace FlashSale.Gateway.Pages;

/// <summary>The waiting page's texts: ours, with the storefront's own over them.</summary>
public static class PageTexts
{
    private static readonly IReadOnlyDictionary<string, Texts> s_texts = Texts.Read(typeof(PageTexts).Assembly, "waiting");

    public static Texts For(Language language, Storefront? storefront) =>
        s_texts[language.Code].With(storefront?.Look?.Texts?.GetValueOrDefault(language.Code));
}
