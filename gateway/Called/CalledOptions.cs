using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;

using FlashSale.Gateway.Edge;

namespace FlashSale.Gateway.Called;

/// <summary>
/// How shoppers who ask for it are called while their page sleeps; section <c>Called</c>. The same for every edge.
/// </summary>
public sealed class CalledOptions : IValidatableObject
{
    public const string Section = "Called";

    private const int PublicKeyBytes = 65, PrivateKeyBytes = 32;

    /// <summary>
    /// The public key of the pair by which push services know this system (VAPID, RFC 8292): an uncompressed point of
    /// P-256 in base64url. Null: nobody is called by push, and nothing of it is there.
    /// </summary>
    public string? VapidPublicKey { get; set; }

    /// <summary>Its private key, 32 bytes in base64url. A secret.</summary>
    public string? VapidPrivateKey { get; set; }

    /// <summary>Where a push service reaches whoever operates this: <c>mailto:</c> or <c>https:</c>.</summary>
    public string? Contact { get; set; }

    /// <summary>
    /// <c>kid:base64,kid:base64</c>, 32 bytes each: what is kept of a shopper is encrypted by the first, and read by
    /// all. A secret.
    /// </summary>
    public string Keys { get; set; } = "";

    /// <summary>
    /// The push services that are sent to, by comma: a host, or <c>*.host</c> for those below it. Default: those of
    /// the browsers. 80 at the most.
    /// </summary>
    public string PushServices { get; set; } =
        "fcm.googleapis.com,*.push.services.mozilla.com,web.push.apple.com,*.notify.windows.com";

    /// <summary>
    /// Lets storefronts call their shoppers by themselves: those whose enqueue token says so are told to them by webhook
    /// (<c>place.soon</c>). Default: not.
    /// </summary>
    public bool Webhooks { get; set; }

    /// <summary>Shoppers of a sale who may be waiting to be called; 400 bytes of Redis each, and up to 720 for Edge on Windows. Default 250,000.</summary>
    [Range(1, 10_000_000)] public int MaxAsked { get; set; } = 250_000;

    /// <summary>
    /// Messages that an edge sends at the same time, half of them to one push service. Default 128.
    /// </summary>
    [Range(2, 10_000)] public int SendsAtOnce { get; set; } = 128;

    /// <summary>A push service, or the mail server, must answer within this, in seconds. 1–8.</summary>
    [Range(1, 8)] public int TimeoutSeconds { get; set; } = 5;

    /// <summary>
    /// Whoever is expected to wait no longer than this, in seconds, is called to come back. Default 180; 0: never.
    /// </summary>
    [Range(0, 3600)] public int SoonSeconds { get; set; } = 180;

    /// <summary>
    /// After a line was begun anew (Redis lost it), those who are awake have so many seconds to come back by
    /// themselves; then those who sleep are called. Default 15.
    /// </summary>
    [Range(0, 600)] public int AnewSeconds { get; set; } = 15;

    /// <summary>Lets push services be at <c>http://127.0.0.1:…</c>: for development only.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>Of these, to one service at the most.</summary>
    internal int SendsToOne => Math.Max(1, SendsAtOnce / 2);

    public bool IsOn => !string.IsNullOrEmpty(VapidPublicKey);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Webhooks && WhatIsWrongWithKeys() is { } wrong && !IsOn) yield return Wrong(nameof(Keys), wrong);
        if (!IsOn) yield break;
        if (!IsKey(VapidPublicKey, PublicKeyBytes))
            yield return Wrong(nameof(VapidPublicKey), "a point of P-256, 65 bytes in base64url");
        if (!IsKey(VapidPrivateKey, PrivateKeyBytes))
            yield return Wrong(nameof(VapidPrivateKey), "32 bytes in base64url");
        if (!Uri.TryCreate(Contact, UriKind.Absolute, out var contact) || contact.Scheme is not ("mailto" or "https"))
            yield return Wrong(nameof(Contact), "mailto:… or https://…");
        if (GatewayOptions.Items(PushServices).Length is 0 or > Called.PushServices.Most)
            yield return Wrong(nameof(PushServices), $"a list of 1 to {Called.PushServices.Most} hosts");
        if (WhatIsWrongWithKeys() is { } mistake) yield return Wrong(nameof(Keys), mistake);
    }

    /// <summary>Null when they can seal.</summary>
    public string? WhatIsWrongWithKeys()
    {
        try
        {
            _ = new SubscriptionSeal(Keys);
            return null;
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }

    private static bool IsKey(string? text, int bytes)
    {
        Span<byte> key = stackalloc byte[PublicKeyBytes];
        return text is not null && Base64Url.TryDecodeFromChars(text, key, out var length) && length == bytes
            && (bytes != PublicKeyBytes || key[0] == 4);
    }

    private static ValidationResult Wrong(string key, string must) => new($"{Section}:{key} must be {must}", [key]);
}
