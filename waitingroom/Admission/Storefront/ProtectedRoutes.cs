using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Options;

namespace FlashSale.Admission;

/// <summary>Which requests need an admission, and for which sale.</summary>
internal sealed class ProtectedRoutes(IOptions<WaitingRoomOptions> options)
{
    private readonly WaitingRoomOptions _options = options.Value;
    private readonly TemplateMatcher[] _patterns =
        [.. options.Value.Protect.Select(pattern => new TemplateMatcher(TemplateParser.Parse(pattern.TrimStart('/')), []))];

    /// <summary>True when the request needs an admission for <paramref name="sale"/> (null: for no sale there can be).</summary>
    public bool Match(HttpContext context, out string? sale)
    {
        sale = null;
        var values = new RouteValueDictionary();
        var declared = context.GetEndpoint()?.Metadata.GetMetadata<AdmissionRequiredMetadata>();
        if (declared is null && !MatchesPattern(context.Request.Path, values)) return false;
        if (IsPreflight(context.Request) || IsIgnoredPath(context.Request.Path) || IsAsset(context)) return false;

        var named = declared?.Sale ?? context.Request.RouteValues["sale"] as string ?? values["sale"] as string
            ?? _options.Sale;
        sale = SaleName.IsValid(named) ? named : null;
        return true;
    }

    private bool MatchesPattern(PathString path, RouteValueDictionary values)
    {
        var single = SingleSlashes(path.Value is { Length: > 0 } text ? text : "/");
        foreach (var pattern in _patterns)
        {
            values.Clear();
            if (pattern.TryMatch(single, values)) return true;
        }

        return false;
    }

    // A catch-all route takes /buy//x, which the matcher of one pattern would not.
    private static string SingleSlashes(string path)
    {
        while (path.Contains("//", StringComparison.Ordinal)) path = path.Replace("//", "/", StringComparison.Ordinal);
        return path;
    }

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey("Origin")
        && request.Headers.ContainsKey("Access-Control-Request-Method");

    private bool IsIgnoredPath(PathString path)
    {
        foreach (var ignored in _options.IgnorePaths)
            if (path.StartsWithSegments(ignored, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    // A name such as /buy/order.css must not open a route of the application: only static files are assets.
    private bool IsAsset(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)) return false;
        if (context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            return false;
        var extension = Path.GetExtension(context.Request.Path.Value.AsSpan());
        foreach (var ignored in _options.IgnoreExtensions)
            if (extension.Equals(ignored, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
