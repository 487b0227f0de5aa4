namespace FlashSale.Contract;

/// <summary>
/// How the line's pages look for a storefront's shoppers. Everything is optional; together with the rest of a
/// <see cref="Storefront"/> it fits a request body of <see cref="Wire.MaxBodyBytes"/>.
/// </summary>
public sealed record Look
{
    /// <summary>
    /// The logo as a <c>data:</c> URI (SVG, PNG or WebP), at most 4 KB: pages load nothing from elsewhere.
    /// </summary>
    public string? Logo { get; init; }

    /// <summary>
    /// What is sold, shown small beside its name: as <see cref="Logo"/>, or a path behind the edge.
    /// </summary>
    public string? Picture { get; init; }

    /// <summary>Where "back to the shop" leads: http(s), or a path behind the edge.</summary>
    public string? HomeUrl { get; init; }

    /// <summary>The accent on light and on dark ground, <c>#rrggbb</c>; at least 3:1 against the ground.</summary>
    public string? Accent { get; init; }
    public string? AccentDark { get; init; }

    /// <summary>The storefront's own texts: language code → key of the page's text → text.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? Texts { get; init; }
}
