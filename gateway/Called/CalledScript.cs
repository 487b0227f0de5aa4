using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

using FlashSale.Contract;
using FlashSale.Gateway.Called.ByMail;
using FlashSale.Pages;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called;

/// <summary>The part of the waiting page that asks to be called, which is loaded after its shopper's click.</summary>
public sealed class CalledScript(IOptions<CalledOptions> options, IOptions<MailOptions> mail)
{
    /// <summary>Embedded; it belongs before the script that uses it.</summary>
    public const string File = "called.js";

    private static readonly IReadOnlyDictionary<string, Texts> s_texts =
        Texts.Read(typeof(CalledScript).Assembly, "called");

    private static readonly JsonSerializerOptions s_json = Wire.Configure(
        new JsonSerializerOptions { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) });

    public bool IsOn => options.Value.IsOn || mail.Value.IsOn;

    /// <summary>What it must know, as a statement that stands before it.</summary>
    public string Config(Language language)
    {
        ArgumentNullException.ThrowIfNull(language);
        var config = JsonSerializer.Serialize(new
        {
            key = options.Value.VapidPublicKey,
            worker = CalledRoutes.WorkerPath,
            mail = mail.Value.IsOn,
            texts = s_texts[language.Code].Under("called."),
        }, s_json);
        return $"window.calledConfig={config};\n";
    }
}
