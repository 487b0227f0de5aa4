using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

using FlashSale.Checkout.Access;
using FlashSale.Checkout.Ledger;
using FlashSale.Contract;
using FlashSale.Pages;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Dashboard;

/// <summary>
/// The operators' page: static, the same for everyone. What it shows and does goes through the operators' API with the key
/// that its script asks for. The charts are uPlot's, embedded with its licence.
/// </summary>
internal static class DashboardPage
{
    private const string Css = "text/css; charset=utf-8", Script = "text/javascript; charset=utf-8";
    private static readonly Assembly s_assembly = typeof(DashboardPage).Assembly;

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private static readonly Dictionary<string, (string Url, Document Document)> s_assets = new()
    {
        ["css"] = Asset("dashboard", ".css", Css, Assets.Style(s_assembly, "dashboard.css")),
        ["js"] = Asset("dashboard", ".js", Script,
            Assets.Script(s_assembly, Assets.Money, "dashboard.js", "dashboard-sale.js", "dashboard-forms.js", "dashboard-orders.js",
                "dashboard-people.js")),
        ["chart"] = Asset("uplot", ".js", Script, Assets.Text(s_assembly, "uPlot.iife.min.js")),
        ["chart.css"] = Asset("uplot", ".css", Css, Assets.Text(s_assembly, "uPlot.min.css")),
    };

    private static readonly Dictionary<string, Document> s_byUrl = s_assets.Values.ToDictionary(one => one.Url, one => one.Document);

    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        var signIn = routes.ServiceProvider.GetRequiredService<IOptions<OpenIdOptions>>().Value.IsOn ? OpenIdSignIn.SignInPath : null;
        var pages = Language.All.ToDictionary(language => language.Code, language => Compose(language, signIn));
        routes.MapGet("/admin/", (HttpContext context) => pages[Language.Choose(context.Request).Code].SendAsync(context)).NeedsNoLedger();
        routes.MapGet("/admin/assets/{name}", (HttpContext context) =>
            s_byUrl.GetValueOrDefault(context.Request.Path.Value ?? "") is { } asset
                ? asset.SendAsync(context)
                : Problem.NotFound.WriteAsync(context.Response)).NeedsNoLedger();
    }

    /// <param name="signIn">Where the sign-in by a provider begins; null without one.</param>
    private static Document Compose(Language language, string? signIn)
    {
        var texts = Texts.Read(s_assembly, "dashboard")[language.Code];
        var config = JsonSerializer.Serialize(new { lang = language.Code, signIn, currencies = Currencies.ForPages, texts = texts.Under("live.") }, s_json);
        var content = Template.Fill(Assets.Markup(s_assembly, "dashboard.html"), name => name switch
        {
            "logo" => LookParts.Logo(null),
            "languages" => LookParts.Languages(language),
            "config" => config,
            _ when name.StartsWith("asset.", StringComparison.Ordinal) => s_assets[name["asset.".Length..]].Url,
            _ => texts[name],
        });
        var html = new Frame(language, texts["page.title"])
        {
            Styles = StyleLink("chart.css") + StyleLink("css"),
            State = "signin",
        }.Around(content);
        return Document.Html(html, []);
    }

    private static string StyleLink(string name) => $"""<link rel="stylesheet" href="{s_assets[name].Url}">""";

    private static (string, Document) Asset(string name, string extension, string type, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var version = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 6));
        return ($"/admin/assets/{name}.{version}{extension}", new Document(type, bytes, cacheControl: Document.Forever));
    }
}
