using System.Reflection;
using System.Security.Cryptography;

namespace FlashSale.Gateway.Snippet;

/// <summary>
/// <c>GET /waitingroom.js</c>: the module for storefronts that are only pages; <c>GET /waitingroom.js.sri</c>: its
/// integrity, for the script's <c>integrity</c> attribute; <c>GET /waitingroom-work.js</c>: the worker that solves challenges,
/// loaded only when one is asked for.
/// </summary>
public static class SnippetRoutes
{
    public const string Path = "/waitingroom.js";
    public const string WorkPath = "/waitingroom-work.js";

    // Short: an integrity attribute that is ahead of a cache would block the script.
    private const string CacheFor = "public, max-age=60";

    private static readonly byte[] s_script = Read(Path);

    /// <summary><c>sha384-…</c> of the script as it is served.</summary>
    public static string Integrity { get; } = "sha384-" + Convert.ToBase64String(SHA384.HashData(s_script));

    public static void Map(IEndpointRouteBuilder routes)
    {
        MapScript(routes, Path, s_script);
        MapScript(routes, WorkPath, Read(WorkPath));
        routes.MapGet(Path + ".sri", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = CacheFor;
            context.Response.Headers.AccessControlAllowOrigin = "*";
            return Results.Text(Integrity);
        });
    }

    private static void MapScript(IEndpointRouteBuilder routes, string path, byte[] script)
    {
        var tag = new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(script))}\"");
        routes.MapGet(path, (HttpContext context) =>
        {
            var headers = context.Response.Headers;
            headers.CacheControl = CacheFor;
            headers.AccessControlAllowOrigin = "*";
            headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            return Results.Bytes(script, "text/javascript; charset=utf-8", entityTag: tag);
        });
    }

    private static byte[] Read(string path)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(path[1..])!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
