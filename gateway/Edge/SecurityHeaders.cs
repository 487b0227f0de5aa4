namespace FlashSale.Gateway.Edge;

/// <summary>
/// Headers that every answer carries. They are set before the answer is made, so that a page may set its own policy and a
/// proxied answer keeps its own (<see cref="Proxy.ProxyHeaders"/>).
/// </summary>
public static class SecurityHeaders
{
    /// <summary>For answers that are no documents: nothing may be loaded or framed.</summary>
    public const string ApiPolicy = "default-src 'none'; frame-ancestors 'none'";
    public const string ReferrerPolicy = "Referrer-Policy";
    private const string OneYear = "max-age=31536000";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = ApiPolicy;
        headers[ReferrerPolicy] = "same-origin";
        if (context.Request.IsHttps) headers.StrictTransportSecurity = OneYear;
        return next(context);
    });
}
