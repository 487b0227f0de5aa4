using Microsoft.AspNetCore.Http;

namespace FlashSale.Pages;

/// <summary>Where a form was sent from.</summary>
public static class Forms
{
    /// <summary>
    /// True for a form on another site's page. The browser leaves our cookies out of it, but would keep those of the
    /// answer: a shopper's place, or who they are signed in as, would be replaced.
    /// </summary>
    /// <param name="host">Under which the browser knows this site; asked of browsers that don't send Sec-Fetch-Site.</param>
    public static bool IsForeign(HttpRequest request, string host)
    {
        ArgumentNullException.ThrowIfNull(request);
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0) return site is not ("same-origin" or "none");
        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(host, StringComparison.OrdinalIgnoreCase));
    }
}
