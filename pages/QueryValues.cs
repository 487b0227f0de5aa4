using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace FlashSale.Pages;

/// <summary>Query parameters without a collection of all of them: a page looks at two or three.</summary>
public static class QueryValues
{
    /// <summary>The first value of a parameter, decoded; null without one. Names are compared as browsers send them.</summary>
    public static string? QueryValue(this HttpRequest request, string name)
    {
        ArgumentNullException.ThrowIfNull(request);
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
            if (pair.DecodeName().Span.Equals(name, StringComparison.Ordinal))
                return pair.DecodeValue().ToString();
        return null;
    }
}
