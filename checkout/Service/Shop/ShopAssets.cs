using System.Reflection;
using System.Security.Cryptography;
using System.Text;

using FlashSale.Pages;

namespace FlashSale.Checkout.Shop;

/// <summary>The pages' stylesheets and scripts, under a name that changes with their content: kept by browsers for a year.</summary>
internal static class ShopAssets
{
    private static readonly Assembly s_assembly = typeof(ShopAssets).Assembly;

    private static readonly Dictionary<string, (string Url, Document Document)> s_assets = new()
    {
        ["css"] = Asset("shop.css", "text/css; charset=utf-8", Assets.Style(s_assembly, "shop.css")),
        ["product"] = Asset("product.js", "text/javascript; charset=utf-8", Assets.Script(s_assembly, Assets.Money, "product.js")),
        ["cart"] = Asset("cart.js", "text/javascript; charset=utf-8", Assets.Script(s_assembly, Assets.Money, "cart.js", "cart-paying.js")),
    };

    private static readonly Dictionary<string, Document> s_byUrl = s_assets.Values.ToDictionary(one => one.Url, one => one.Document);

    /// <summary>The picture of the phone.</summary>
    public static string Phone { get; } = Assets.Markup(s_assembly, "phone.svg");

    /// <summary>The stylesheet, as markup.</summary>
    public static string StyleLink { get; } = $"""<link rel="stylesheet" href="{Url("css")}">""";

    public static string Url(string name) => s_assets[name].Url;

    public static Document? Find(PathString path) => s_byUrl.GetValueOrDefault(path.Value ?? "");

    private static (string, Document) Asset(string name, string type, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var version = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 6));
        var url = $"/assets/{Path.GetFileNameWithoutExtension(name)}.{version}{Path.GetExtension(name)}";
        return (url, new Document(type, bytes, cacheControl: Document.Forever));
    }
}
