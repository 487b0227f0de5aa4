using System.IO.Compression;
using System.Security.Cryptography;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace FlashSale.Pages;

/// <summary>
/// A page or asset that is ready to be sent: compressed once, with its entity tag. Sending one costs no rendering.
/// </summary>
public sealed class Document
{
    /// <summary>For an asset whose URL changes with its content.</summary>
    public const string Forever = "public, max-age=31536000, immutable";

    private static readonly StringValues s_varyByEncoding = HeaderNames.AcceptEncoding;
    private static readonly StringValues s_varyByLanguage =
        $"{HeaderNames.AcceptEncoding}, {HeaderNames.AcceptLanguage}, {HeaderNames.Cookie}";
    private static readonly Memo<Encoding> s_accepted = new(BestOf);

    private readonly Variant _plain;
    private readonly Lazy<Variant> _brotli;
    private readonly Lazy<Variant> _gzip;

    public Document(string contentType, byte[] content, string? policy = null, string cacheControl = "no-cache")
    {
        ContentType = contentType;
        Policy = policy;
        CacheControl = cacheControl;
        var tag = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));
        _plain = new(content, default, $"\"{tag}\"");
        _brotli = new(() => Compress(
            "br", $"\"{tag}-br\"", to => new BrotliStream(to, CompressionLevel.SmallestSize)));
        _gzip = new(() => Compress(
            "gzip", $"\"{tag}-gzip\"", to => new GZipStream(to, CompressionLevel.SmallestSize)));
    }

    public string ContentType { get; }

    /// <summary>The Content-Security-Policy, for HTML.</summary>
    public string? Policy { get; }

    public string CacheControl { get; }

    public ReadOnlyMemory<byte> Content => _plain.Body;

    /// <summary>
    /// An HTML document whose own styles and scripts are allowed by their hashes (so it can be compressed and cached,
    /// which a nonce forbids) and which may load nothing from another origin.
    /// </summary>
    /// <param name="inline">The exact contents of its style and script elements.</param>
    /// <param name="cacheControl">May it be kept for a conditional request?</param>
    /// <param name="guest">Whose script may run on this one page, and what it needs; null: nobody's.</param>
    public static Document Html(
        string html, IEnumerable<string> inline, string cacheControl = "no-cache", GuestScript? guest = null)
    {
        var hashes = string.Join(' ', inline.Select(Hash));
        var policy = $"default-src 'none'; script-src 'self' {hashes}{guest?.Scripts}; style-src 'self' {hashes}; " +
            $"img-src 'self' data:; connect-src 'self'{guest?.Connects}; {guest?.Frames}worker-src 'self' blob:; " +
            "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        return new("text/html; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(html), policy, cacheControl);
    }

    /// <summary>Answers with the document, or 304 when the browser has it.</summary>
    public Task SendAsync(HttpContext context, int status = 200)
    {
        ArgumentNullException.ThrowIfNull(context);
        var variant = Choose(context.Request.Headers.AcceptEncoding);
        SetHeaders(context.Response, variant);
        var asked = context.Request.Headers.IfNoneMatch;
        if (status == 200 && asked.Count > 0 && asked.Contains(variant.Tag.ToString()))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = variant.Body.Length;
        if (variant.Coding.Count > 0) context.Response.Headers.ContentEncoding = variant.Coding;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : WriteAsync(context.Response, variant.Body);
    }

    /// <summary>
    /// The headers first, since a server copies once more what is written before them; all goes out together when the request
    /// ends.
    /// </summary>
    private static async Task WriteAsync(HttpResponse response, byte[] body)
    {
        await response.StartAsync(CancellationToken.None).ConfigureAwait(false);
        // In one piece: the pipe would cut it into blocks of 4 KB.
        body.CopyTo(response.BodyWriter.GetSpan(body.Length));
        response.BodyWriter.Advance(body.Length);
    }

    private void SetHeaders(HttpResponse response, Variant variant)
    {
        var headers = response.Headers;
        headers.ETag = variant.Tag;
        // A cache that kept a page with a cookie would make one shopper of many.
        headers.CacheControl = headers.SetCookie.Count > 0 ? "no-store" : CacheControl;
        headers.XContentTypeOptions = "nosniff";
        headers.Vary = Policy is null ? s_varyByEncoding : s_varyByLanguage;
        if (Policy is null) return;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "same-origin";
    }

    private Variant Choose(StringValues accepted) => s_accepted.Of(accepted.ToString()) switch
    {
        Encoding.Brotli => _brotli.Value,
        Encoding.Gzip => _gzip.Value,
        _ => _plain,
    };

    private static Encoding BestOf(string accepted)
    {
        if (!StringWithQualityHeaderValue.TryParseList([accepted], out var list)) return Encoding.None;
        var names = list.Where(one => one.Quality is not 0).Select(one => one.Value.ToString()).ToArray();
        return names.Contains("br", StringComparer.OrdinalIgnoreCase) ? Encoding.Brotli
            : names.Contains("gzip", StringComparer.OrdinalIgnoreCase) ? Encoding.Gzip
            : Encoding.None;
    }

    private Variant Compress(string coding, string tag, Func<Stream, Stream> compressor)
    {
        using var compressed = new MemoryStream();
        using (var stream = compressor(compressed)) stream.Write(_plain.Body);
        return new(compressed.ToArray(), coding, tag);
    }

    private static string Hash(string inline) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(inline)))}'";

    private enum Encoding
    {
        None,
        Gzip,
        Brotli,
    }

    /// <summary>The bytes of one encoding, and the headers that say so.</summary>
    private sealed record Variant(byte[] Body, StringValues Coding, StringValues Tag);
}
