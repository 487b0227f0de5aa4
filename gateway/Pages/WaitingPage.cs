using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

using FlashSale.Contract;
using FlashSale.Contract.Pages;

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
    /// <summary>Documents kept ready; more sales than this are rendered again.</summary>
    private const int MaxDocuments = 256;

    private static readonly ConcurrentDictionary<string, Lazy<Document>> s_documents = new();

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

    /// <summary>The document that every shopper of the sale gets in this language.</summary>
    internal static Document For(WaitingPageModel model, Language language)
    {
        var texts = PageTexts.For(language, model.Storefront);
        var config = Config(model, language, texts);
        var key = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{config}\n{JsonSerializer.Serialize(model.Storefront?.Look)}\n{model.Storefront?.Name}")));
        if (s_documents.Count >= MaxDocuments) s_documents.Clear();
        return s_documents.GetOrAdd(key, _ => new(() => Compose(model, language, texts, config))).Value;
    }

    private static Document Compose(WaitingPageModel model, Language language, Texts texts, string config)
    {
        var style = Assets.BaseStyle + PageParts.Style + LookParts.Colours(model.Storefront?.Look);
        var html = Template.Fill(PageParts.Waiting, name => name switch
        {
            "lang" => language.Code,
            "dir" => language.Direction,
            "sale" => model.Sale.Name,
            "storefront" => model.Storefront?.Name ?? "FlashSale",
            "logo" => LookParts.Logo(model.Storefront?.Look),
            "languages" => LookParts.Languages(language),
            "style" => style,
            "noscript" => PageParts.WithoutScript,
            "script" => PageParts.Script,
            "config" => config,
            _ => texts[name],
        });
        return Document.Html(html, [style, PageParts.WithoutScript, PageParts.Script]);
    }

    private static string Config(WaitingPageModel model, Language language, Texts texts) =>
        JsonSerializer.Serialize(new
        {
            sale = model.Sale.Id.Value,
            name = model.Sale.Name,
            price = model.Sale.Price,
            startsAt = model.Sale.StartsAt,
            order = model.Sale.Order,
            lang = language.Code,
            home = model.Storefront?.Look?.HomeUrl,
            texts = texts.Under("live."),
        }, s_json);

    // Escapes what could end the script element; leaves every alphabet as it is, for its size.
    private static readonly JsonSerializerOptions s_json = Wire.Configure(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    });
}
