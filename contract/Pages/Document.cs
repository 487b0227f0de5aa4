using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace FlashSale.Contract.Pages;

/// <summary>
/// A page or asset that is ready to be sent: compressed once, with its entity tag. Sending one costs no rendering.
/// </summary>
public sealed class Document
{
    /// <summary>For an asset whose URL changes with its content.</summary>
    public const string Forever = "public, max-age=31536000, immutable";

    private readonly byte[] _plain;
    private readonly Lazy<byte[]> _brotli;
    private readonly Lazy<byte[]> _gzip;
    private readonly string _tag;

    public Document(string contentType, byte[] content, string? policy = null, string cacheControl = "no-cache")
    {
        ContentType = contentType;
        Policy = policy;
        CacheControl = cacheControl;
        _plain = content;
        _brotli = new(() => Compress(to => new BrotliStream(to, CompressionLevel.SmallestSize)));
        _gzip = new(() => Compress(to => new GZipStream(to, CompressionLevel.SmallestSize)));
        _tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}";
    }

    public string ContentType { get; }

    /// <summary>The Content-Security-Policy, for HTML.</summary>
    public string? Policy { get; }

    public string CacheControl { get; }

    /// <summary>The size of the first load with brotli, in bytes.</summary>
    public int CompressedBytes => _brotli.Value.Length;

    public ReadOnlyMemory<byte> Content => _plain;

    /// <summary>
    /// An HTML document whose own styles and scripts are allowed by their hashes (so it can be compressed and cached,
    /// which a nonce forbids) and which may load nothing from another origin.
    /// </summary>
    /// <param name="inline">The exact contents of its style and script elements.</param>
    /// <param name="cacheControl">May it be kept for a conditional request?</param>
    public static Document Html(string html, IEnumerable<string> inline, string cacheControl = "no-cache")
    {
        var hashes = string.Join(' ', inline.Select(Hash));
        var policy = $"default-src 'none'; script-src 'self' {hashes}; style-src 'self' {hashes}; img-src 'self' data:; " +
            $"connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        return new("text/html; charset=utf-8", Encoding.UTF8.GetBytes(html), policy, cacheControl);
    }

    /// <summary>Answers with the document, or 304 when the browser has it.</summary>
    public async Task SendAsync(HttpContext context, int status = 200)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (body, encoding) = Choose(context.Request.Headers.AcceptEncoding);
        var tag = new StringValues($"{_tag}{(encoding is null ? "" : $"-{encoding}")}\"");
        SetHeaders(context.Response, tag);
        if (status == 200 && context.Request.Headers.IfNoneMatch.Contains(tag.ToString()))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = body.Length;
        if (encoding is not null) context.Response.Headers.ContentEncoding = encoding;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private void SetHeaders(HttpResponse response, StringValues tag)
    {
        var headers = response.Headers;
        headers.ETag = tag;
        headers.CacheControl = CacheControl;
        headers.XContentTypeOptions = "nosniff";
        if (Policy is null)
        {
            headers.Vary = HeaderNames.AcceptEncoding;
            return;
        }

        headers.Vary = $"{HeaderNames.AcceptEncoding}, {HeaderNames.AcceptLanguage}, {HeaderNames.Cookie}";
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "same-origin";
    }

    private (byte[] Body, string? Encoding) Choose(StringValues accepted)
    {
        if (!StringWithQualityHeaderValue.TryParseList(accepted, out var list)) return (_plain, null);
        var names = list.Where(one => one.Quality is not 0).Select(one => one.Value.ToString()).ToArray();
        return names.Contains("br", StringComparer.OrdinalIgnoreCase) ? (_brotli.Value, "br")
            : names.Contains("gzip", StringComparer.OrdinalIgnoreCase) ? (_gzip.Value, "gzip")
            : (_plain, null);
    }

    private byte[] Compress(Func<Stream, Stream> compressor)
    {
        using var compressed = new MemoryStream();
        using (var stream = compressor(compressed)) stream.Write(_plain);
        return compressed.ToArray();
    }

    private static string Hash(string inline) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inline)))}'";
}
