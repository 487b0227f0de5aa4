using System.Globalization;

using FlashSale.Admission;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Gate;

using Microsoft.Net.Http.Headers;

using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace FlashSale.Gateway.Proxy;

/// <summary>An upstream's own security headers count; what it leaves out is the edge's.</summary>
public static class ProxyHeaders
{
    /// <summary>For an upstream's pages without a policy: they load what they like, but aren't framed or rebased.</summary>
    private const string PagePolicy = "base-uri 'self'; object-src 'none'; frame-ancestors 'self'";

    private static readonly string[] s_names =
    [
        HeaderNames.XContentTypeOptions, HeaderNames.ContentSecurityPolicy, SecurityHeaders.ReferrerPolicy,
        HeaderNames.StrictTransportSecurity,
    ];

    public static void Add(TransformBuilderContext builder) => builder.AddResponseTransform(context =>
    {
        if (context.ProxyResponse is not { } upstream) return ValueTask.CompletedTask;
        var headers = context.HttpContext.Response.Headers;
        foreach (var name in s_names)
            if (upstream.Headers.NonValidated.TryGetValues(name, out var own)) headers[name] = own.ToString();
        if (!upstream.Headers.NonValidated.Contains(HeaderNames.ContentSecurityPolicy))
            headers.ContentSecurityPolicy = PagePolicy;
        if (headers.CacheControl.Count == 0 && headers.ETag.Count == 0) headers.CacheControl = "no-store";
        headers.Remove(HeaderNames.Server);
        if (context.HttpContext.Features.Get<VerifiedAdmission>() is { } admission) BelongsToOneShopper(headers, admission);
        return ValueTask.CompletedTask;
    });

    /// <summary>No cache in between may serve it to another; and the browser may know which unit it is about.</summary>
    private static void BelongsToOneShopper(IHeaderDictionary headers, VerifiedAdmission admission)
    {
        headers.CacheControl = "no-store";
        headers[GateHeaders.Unit] = admission.Unit.ToString(CultureInfo.InvariantCulture);
    }
}
