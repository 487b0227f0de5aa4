using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

using FlashSale.Contract;
using FlashSale.Gateway.Called;
using FlashSale.Gateway.Edge;
using FlashSale.Pages;

namespace FlashSale.Gateway.Pages;

/// <summary>
/// <c>GET /attention.js</c>: what the waiting page needs once its shopper asks to be noticed: sound, notification
/// and, where shoppers can be called, how to ask for that. It is loaded then, so that the page itself stays small.
/// </summary>
public sealed class AttentionRoutes(CalledScript called)
{
    public const string Path = "/attention.js";

    private static readonly JsonSerializerOptions s_json = Wire.Configure(
        new JsonSerializerOptions { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) });

    private static readonly string s_script = Assets.Script(typeof(AttentionRoutes).Assembly, "attention.js");

    private readonly ConcurrentDictionary<string, Document> _documents = new();

    public static void Map(IEndpointRouteBuilder routes)
    {
        var attention = routes.ServiceProvider.GetRequiredService<AttentionRoutes>();
        var limits = routes.ServiceProvider.GetRequiredService<RateLimits>();
        routes.MapGet(Path, limits.Other.Before(attention.SendAsync));
    }

    private Task SendAsync(HttpContext context)
    {
        var code = context.Request.QueryValue(Language.Parameter);
        var language = Language.All.FirstOrDefault(one => one.Code == code) ?? Language.English;
        return _documents.GetOrAdd(language.Code, _ => Compose(language)).SendAsync(context);
    }

    private Document Compose(Language language)
    {
        var texts = JsonSerializer.Serialize(PageTexts.For(language, null).Under("noticed."), s_json);
        var script = $"window.attentionTexts={texts};\n";
        script += called.IsOn
            ? called.Config(language)
                + Assets.Script(typeof(AttentionRoutes).Assembly, CalledScript.File, "attention.js")
            : s_script;
        return new Document("text/javascript; charset=utf-8", Encoding.UTF8.GetBytes(script));
    }
}
