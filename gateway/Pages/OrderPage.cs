using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

using FlashSale.Contract;
using FlashSale.Pages;
using FlashSale.Queue;

namespace FlashSale.Gateway.Pages;

/// <summary>Where shoppers check their own place: the browser computes it from what is public (docs/order.md).</summary>
internal static class OrderPage
{
    private static readonly string s_page = Assets.Markup(typeof(OrderPage).Assembly, "order.html");
    private static readonly string s_script = Assets.Script(typeof(OrderPage).Assembly, "order.js");

    private static readonly JsonSerializerOptions s_json = Wire.Configure(
        new JsonSerializerOptions { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) });

    public static Task Render(HttpContext context, WaitingPageModel model, Place? place)
    {
        var language = Language.Choose(context.Request);
        var texts = PageTexts.For(language, model.Storefront);
        var style = PageParts.Style + LookParts.Colours(model.Storefront?.Look);
        var content = Template.Fill(s_page, name => name switch
        {
            "sale" => model.Sale.Name,
            "header" => LookParts.Header(model.Storefront, language, texts["page.language"], home: null, "&view=order"),
            "script" => s_script,
            "config" => JsonSerializer.Serialize(
                new { sale = model.Sale.Id.Value, lang = language.Code, epoch = place?.Epoch, number = place?.Number, texts = texts.Under("order.") }, s_json),
            _ => texts[name],
        });
        var html = new Frame(language, $"{texts["order.title"]} · {model.Sale.Name}")
        {
            Styles = $"<style>{style}</style>",
            State = "live plain",
            Look = model.Storefront?.Look,
        }.Around(content);
        return Document.Html(html, [style, s_script], cacheControl: "no-store").SendAsync(context);
    }
}
