using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Pages;

namespace FlashSale.Gateway.Pages;

/// <summary>
/// The waiting page: one document without further requests, at most 10 KB compressed. It is the same for every shopper of
/// a sale (its script asks for the place), so it is rendered and compressed once per sale, language and storefront.
/// <para>
/// What the route owes the page:
/// <list type="bullet">
/// <item>GET /line/{sale}: validate <c>returnUrl</c>, then <see cref="Render"/> without a place. When the query has
/// <c>view=plain</c> (a browser without script) read the ticket's place first and render with it.</item>
/// <item>POST /line/{sale} (same query; form field <c>action</c> = <c>check</c>, <c>join</c> or <c>leave</c>): check joins
/// who has no ticket and sends who is admitted on to the shop, join gives a dead place a new number, leave leaves. The
/// answer is 303 to the same URL with <c>view=plain</c>, or to the shop.</item>
/// <item>POST /sales/{sale}/admission takes <c>{ "returnUrl": "…" }</c> and answers its <c>continueUrl</c>.</item>
/// <item>The page brings its own Content-Security-Policy, caching and ETag: don't overwrite them.</item>
/// </list>
/// </para>
/// </summary>
public static class WaitingPage
{
    /// <summary>
    /// By sale and language. The catalog gives the same object until something about the sale or its storefront has changed,
    /// so finding a document costs no comparison of texts; what the catalog has dropped, the collector takes.
    /// </summary>
    private static readonly ConditionalWeakTable<Sale, ConcurrentDictionary<string, Ready>> s_documents = [];

    /// <summary>Answers with the page in the shopper's language.</summary>
    public static Task Render(HttpContext context, WaitingPageModel model)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        var language = Language.Choose(context.Request);
        if (model.Place is not null || model.Problem is not null) return PlainPage.Render(context, model, language);
        return For(model, language).SendAsync(context);
    }

    /// <summary>Answers with a page that says what is wrong and what to do next.</summary>
    public static Task RenderProblem(HttpContext context, Problem problem, Storefront? storefront = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(problem);
        return PlainPage.RenderProblem(context, problem, storefront, Language.Choose(context.Request));
    }

    /// <summary>Answers a browser that keeps no cookies with a page that says what to do.</summary>
    /// <param name="again">Where it is tried again.</param>
    internal static Task RenderCookies(HttpContext context, ListedSale listed, string again) =>
        PlainPage.RenderCookies(context, listed, again, Language.Choose(context.Request));

    /// <summary>Answers with the texts that the page's script asks for when it needs them.</summary>
    internal static Task RenderTexts(HttpContext context, WaitingPageModel model)
    {
        var language = Language.Choose(context.Request);
        return Kept(model, $"{language.Code} texts", () => new Document(
            "application/json; charset=utf-8",
            JsonSerializer.SerializeToUtf8Bytes(
                PageTexts.ForScript(PageTexts.For(language, model.Storefront), late: true), s_json))).SendAsync(context);
    }

    /// <summary>The document that every shopper of the sale gets in this language.</summary>
    internal static Document For(WaitingPageModel model, Language language) =>
        Kept(model, language.Code, () => Compose(model, language, PageTexts.For(language, model.Storefront)));

    private static Document Kept(WaitingPageModel model, string name, Func<Document> compose)
    {
        var ofSale = s_documents.GetValue(model.Sale, _ => new());
        if (ofSale.TryGetValue(name, out var ready) && ReferenceEquals(ready.Storefront, model.Storefront))
            return ready.Document;
        var document = compose();
        ofSale[name] = new Ready(model.Storefront, document);
        return document;
    }

    private static Document Compose(WaitingPageModel model, Language language, Texts texts)
    {
        var config = Config(model, language, texts);
        var style = PageParts.Style + LookParts.Colours(model.Storefront?.Look);
        var content = Template.Fill(PageParts.Waiting, name => name switch
        {
            "sale" => model.Sale.Name,
            "price" => Currencies.Text(model.Sale.Price),
            "picture" => LookParts.Picture(model.Storefront?.Look),
            "languages" => LanguageButtons(language),
            "page.locks" => texts[name].Replace("{time}", Minutes(model.Sale.ClaimSeconds), StringComparison.Ordinal),
            "header" => LookParts.Header(
                model.Storefront, language, texts["page.language"], home: null, nav: " id=\"langs\" hidden"),
            "noscript" => PageParts.WithoutScript,
            "script" => PageParts.Script,
            "config" => config,
            _ => texts[name],
        });
        var html = new Frame(language, $"{texts["page.title"]} · {model.Sale.Name}")
        {
            Styles = $"<style>{style}</style>",
            State = "live joining",
            Look = model.Storefront?.Look,
        }.Around(content);
        return Document.Html(Assets.SmallHtml(html), [style, PageParts.WithoutScript, PageParts.Script]);
    }

    // A link would lose what is in the address, which this page, the same for all, does not know.
    private static string LanguageButtons(Language chosen) => string.Concat(
        from one in Language.All
        where one != chosen
        let action = LineRoutes.LanguageAction + one.Code
        select $"""<button class="quiet" name="action" value="{action}" lang="{one.Code}">{one.Name}</button>""");

    private static string Minutes(int seconds) => string.Create(
        CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00}");

    private static string Config(WaitingPageModel model, Language language, Texts texts) =>
        JsonSerializer.Serialize(new
        {
            sale = model.Sale.Id.Value,
            name = model.Sale.Name,
            order = model.Sale.Order,
            lang = language.Code,
            home = model.Storefront?.Look?.HomeUrl,
            called = model.CanCall ? model.Sale.Identity : (IdentityRule?)null,
            price = Price(model.Sale.Price),
            texts = PageTexts.ForScript(texts, late: false),
        }, s_json);

    /// <summary>The amount as it is written, in how many digits, and the currency: what the script's number format asks for.</summary>
    private static object[] Price(Money price)
    {
        var parts = Currencies.Text(price).Split(' ');
        return [parts[0], parts[0].Split('.').ElementAtOrDefault(1)?.Length ?? 0, parts[1]];
    }

    // Escapes what could end the script element; leaves every alphabet as it is, for its size.
    private static readonly JsonSerializerOptions s_json = Wire.Configure(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    });

    /// <summary>A document, and the storefront whose look it has.</summary>
    private sealed record Ready(Storefront? Storefront, Document Document);
}
