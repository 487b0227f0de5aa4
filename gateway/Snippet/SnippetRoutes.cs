using System.Reflection;
using System.Security.Cryptography;

namespace FlashSale.Gateway.Snippet;

/// <summary>
/// <c>GET /waitingroom.js</c>: the module for storefronts that are only pages; <c>GET /waitingroom.js.sri</c>: its
/// integrity, for the script's <c>integrity</c> attribute.
/// </summary>
public static class SnippetRoutes
{
    public const string Path = "/waitingroom.js";

    // Short: an integrity attribute that is ahead of a cache would block the script.
    private const string CacheFor = "public, max-age=60";

    private static readonly byte[] s_script = Read();

    /// <summary><c>sha384-…</c> of the script as it is served.</summary>
    public static string Integrity { get; } = "sha384-" + Convert.ToBase64String(SHA384.HashData(s_script));

    public static void Map(IEndpointRouteBuilder routes)
    {
        var tag = $"\"{Integrity}\"";
        routes.MapGet(Path, (HttpContext context) =>
        {
            var headers = context.Response.Headers;
            headers.CacheControl = CacheFor;
            headers.AccessControlAllowOrigin = "*";
            headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            return Results.Bytes(s_script, "text/javascript; charset=utf-8",
                entityTag: new Microsoft.Net.Http.Headers.EntityTagHeaderValue(tag));
        });
        routes.MapGet(Path + ".sri", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = CacheFor;
            context.Response.Headers.AccessControlAllowOrigin = "*";
            return Results.Text(Integrity);
        });
    }

    private static byte[] Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("waitingroom.js")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
