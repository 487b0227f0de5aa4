using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

using FlashSale.Contract;
using FlashSale.Pages;

namespace FlashSale.Checkout.Shop;

/// <summary>
/// The product page and the cart of a sale, rendered once per sale, language and storefront: what is live on them is asked
/// for by their scripts.
/// </summary>
internal static class ShopPages
{
    /// <summary>Documents kept ready; more sales than this are rendered again.</summary>
    private const int MaxDocuments = 256;

    private static readonly System.Reflection.Assembly s_assembly = typeof(ShopPages).Assembly;
    private static readonly string s_product = Assets.Markup(s_assembly, "product.html");
    private static readonly string s_cart = Assets.Markup(s_assembly, "cart.html");
    private static readonly string s_message = Assets.Markup(s_assembly, "message.html");
    private static readonly IReadOnlyDictionary<string, Texts> s_texts = Texts.Read(s_assembly, "shop");
    private static readonly ConcurrentDictionary<string, Lazy<Document>> s_documents = new();

    /// <param name="context">Answered with the page.</param>
    /// <param name="now">The ledger's time: what a browser without script is told of the sale.</param>
    /// <param name="email">As which the browser signed in before, or null: then the page is everybody's.</param>
    /// <param name="problem">Why joining was refused, or null.</param>
    public static Task ProductAsync(
        HttpContext context, Sale sale, Storefront? storefront, DateTimeOffset now, string? email = null, string? problem = null)
    {
        var page = new Page(sale, storefront, Language.Choose(context.Request));
        var status = SaleMoment.Of(sale, now).Text(page.Texts);
        if (email is null && problem is null)
            return Keep($"product {status}", page, () => Product(page, status, null, null)).SendAsync(context);
        context.Response.Headers.Vary = "Cookie";
        return Product(page, status, email, problem).SendAsync(context, problem is null ? 200 : 400);
    }

    /// <param name="card">The provider's form, or null for its test cards.</param>
    public static Task CartAsync(HttpContext context, Sale sale, Storefront? storefront, CardForm? card)
    {
        var page = new Page(sale, storefront, Language.Choose(context.Request));
        return Keep($"cart {card}", page, () => Cart(page, card)).SendAsync(context);
    }

    /// <summary>Answers with a page that says what is wrong and what to do next.</summary>
    /// <param name="action">Where the button leads and the key of its text; to the shop when null.</param>
    public static Task ProblemAsync(HttpContext context, Problem problem, (string Url, string Text)? action = null)
    {
        var language = Language.Choose(context.Request);
        var texts = s_texts[language.Code];
        var title = texts[$"live.problem.{problem.Code}"];
        var content = Template.Fill(s_message, name => name switch
        {
            "title" => title,
            "lead" => texts[$"live.next.{problem.Code}"],
            "header" => LookParts.Header(null, language, texts["page.language"], "/"),
            "action.url" => action?.Url ?? "/",
            "action.text" => texts[action?.Text ?? "page.home"],
            _ => texts[name],
        });
        var html = new Frame(language, title) { Styles = ShopAssets.StyleLink }.Around(content);
        return Document.Html(html, [], "no-store").SendAsync(context, problem.Status);
    }

    private static Document Product(Page page, string status, string? email, string? problem) => page.Document(
        s_product, $"{page.Sale.Name} · {page.Storefront?.Name ?? "FlashSale"}", "sale.", name => name switch
    {
        "plain.status" => status,
        "email" => email ?? "",
        "problem.hidden" => problem is null ? "hidden" : "",
        "problem.text" => problem is null ? "" : page.Texts[problem],
        "guest.hidden" => page.Sale.Identity is IdentityRule.Anonymous ? "" : "hidden",
        "guest.url" => LineUrl(page.Sale.Id, null),
        _ => null,
    }, personal: email is not null || problem is not null,
        meta: $"""<meta name="description" content="{Template.Encode(page.Texts["product.tagline"])}">""");

    private static Document Cart(Page page, CardForm? card) => page.Document(
        s_cart, $"{page.Texts["cart.title"]} · {page.Sale.Name}", "live.", name => name switch
    {
        "cards" when card is not null => """<div id="element"></div>""",
        "cards" => $"""<p class="soft small">{Template.Encode(page.Texts["cart.test"])}</p>{Cards(page.Texts)}""",
        _ => null,
    }, card: card);

    /// <summary>The waiting page for the sale, which comes back to the cart.</summary>
    /// <param name="again">A place whose reservation has ended is to be replaced by a new one, at the end.</param>
    public static string LineUrl(SaleId sale, string? enqueueToken, bool again = false) =>
        $"/line/{sale}?returnUrl={Uri.EscapeDataString($"/shop/{sale}/cart")}" +
        (enqueueToken is null ? "" : $"&enqueueToken={enqueueToken}") + (again ? "&again=1" : "");

    // The provider's test payment methods, by what they show.
    private static readonly (string Method, string Card, string Text)[] s_cards =
    [
        ("pm_card_visa", "Visa •••• 4242", "card.works"),
        ("pm_card_mastercard", "Mastercard •••• 4444", "card.works"),
        ("pm_card_authenticationRequired", "Visa •••• 3184", "card.bank"),
        ("pm_card_chargeDeclined", "Visa •••• 0002", "card.declined"),
        ("pm_card_chargeDeclinedInsufficientFunds", "Visa •••• 9995", "card.insufficient"),
    ];

    internal static string Cards(Texts texts)
    {
        var html = new StringBuilder();
        foreach (var (method, card, text) in s_cards)
        {
            var chosen = html.Length == 0 ? " checked" : "";
            html.Append($"""<label class="option"><input type="radio" name="card" value="{method}"{chosen}>""")
                .Append($"""<span class="num"><bdi>{card}</bdi></span><span class="soft small">""")
                .Append($"{Template.Encode(texts[text])}</span></label>");
        }

        return html.ToString();
    }

    private static Document Keep(string name, Page page, Func<Document> make)
    {
        if (s_documents.Count >= MaxDocuments) s_documents.Clear();
        return s_documents.GetOrAdd($"{name} {page.Key}", _ => new(make)).Value;
    }

    internal sealed record Page(Sale Sale, Storefront? Storefront, Language Language)
    {
        public Texts Texts { get; } =
            s_texts[Language.Code].With(Storefront?.Look?.Texts?.GetValueOrDefault(Language.Code));

        /// <summary>Everything that the page's bytes depend on.</summary>
        public string Key { get; } = JsonSerializer.Serialize(new
        {
            Sale.Id,
            Sale.Name,
            Sale.Price,
            Sale.Identity,
            Sale.PaySeconds,
            Language.Code,
            Storefront?.Look,
            Shop = Storefront?.Name,
        }, s_json);

        public Document Document(
            string template, string title, string scriptTexts, Func<string, string?> value, bool personal = false,
            string? meta = null, string state = "loading", CardForm? card = null)
        {
            var colours = LookParts.Colours(Storefront?.Look);
            var content = Template.Fill(template, name => value(name) ?? name switch
            {
                "sale" => Sale.Name,
                "saleid" => Sale.Id.Value,
                "price" => Currencies.Text(Sale.Price),
                "header" => LookParts.Header(Storefront, Language, Texts["page.language"], "/"),
                "phone" => ShopAssets.Phone.Replace("{{label}}", Template.Encode(Texts["product.picture"]), StringComparison.Ordinal),
                "config" => Config(scriptTexts, card),
                _ when name.StartsWith("asset.", StringComparison.Ordinal) => ShopAssets.Url(name["asset.".Length..]),
                _ => Texts[name],
            });
            var html = new Frame(Language, title)
            {
                Styles = ShopAssets.StyleLink + $"<style>{colours}</style>",
                Meta = meta ?? Frame.NotIndexed,
                State = state,
                Look = Storefront?.Look,
            }.Around(content);
            return FlashSale.Pages.Document.Html(html, [colours], personal ? "private, no-store" : "no-cache", card?.Guest());
        }

        private string Config(string scriptTexts, CardForm? card) => JsonSerializer.Serialize(new
        {
            sale = Sale.Id.Value,
            name = Sale.Name,
            price = Sale.Price,
            currencies = Currencies.ForPages,
            paySeconds = Sale.PaySeconds,
            card,
            lang = Language.Code,
            texts = Texts.Under(scriptTexts),
        }, s_json);

        private static readonly JsonSerializerOptions s_json = Wire.Configure(new JsonSerializerOptions
        {
            Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        });
    }
}
