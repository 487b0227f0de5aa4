using System.Reflection;
using System.Text.Json;

namespace FlashSale.Pages;

/// <summary>
/// A page's texts in one language, read from the embedded file <c>{page}.{code}.json</c>: a flat object whose keys may
/// be grouped by a dot. A key that a language lacks is English.
/// </summary>
public sealed class Texts
{
    private readonly Dictionary<string, string> _texts;

    private Texts(Dictionary<string, string> texts) => _texts = texts;

    /// <exception cref="KeyNotFoundException">No language has the key: a mistake in a page.</exception>
    public string this[string key] => _texts[key];

    public IEnumerable<string> Keys => _texts.Keys;

    /// <summary>The texts of a page by language code, each completed from English.</summary>
    public static IReadOnlyDictionary<string, Texts> Read(Assembly assembly, string page)
    {
        var english = ReadFile(assembly, page, Language.English.Code);
        return Language.All.ToDictionary(language => language.Code, language =>
            new Texts(Merge(english, ReadFile(assembly, page, language.Code))));
    }

    /// <summary>
    /// These texts with a storefront's own in place; keys that the page doesn't have are ignored, and so is what is no text: a
    /// look that was stored once must not break a page.
    /// </summary>
    public Texts With(IReadOnlyDictionary<string, string>? own) => own is null or { Count: 0 }
        ? this
        : new(Merge(_texts, own.Where(one => one.Value is not null && _texts.ContainsKey(one.Key))));

    /// <summary>The texts under a prefix, without it: what a page's script is given.</summary>
    public Dictionary<string, string> Under(string prefix) => _texts
        .Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(one => one.Key[prefix.Length..], one => one.Value);

    private static Dictionary<string, string> Merge(
        Dictionary<string, string> under, IEnumerable<KeyValuePair<string, string>> over)
    {
        var merged = new Dictionary<string, string>(under);
        foreach (var (key, text) in over) merged[key] = text;
        return merged;
    }

    private static Dictionary<string, string> ReadFile(Assembly assembly, string page, string code)
    {
        using var stream = Assets.Open(assembly, $"{page}.{code}.json");
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
    }
}
