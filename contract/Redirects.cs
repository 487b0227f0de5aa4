using Microsoft.AspNetCore.Http;

namespace FlashSale.Contract;

/// <summary>Where a form leads.</summary>
public static class Redirects
{
    /// <summary>Answers a form with a page to get, which the browser neither keeps nor posts to again.</summary>
    public static void SeeOther(this HttpResponse response, string url)
    {
        ArgumentNullException.ThrowIfNull(response);
        response.StatusCode = StatusCodes.Status303SeeOther;
        response.Headers.Location = url;
        response.Headers.CacheControl = "no-store";
    }
}
