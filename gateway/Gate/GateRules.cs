using System.Buffers;

using FlashSale.Contract;

namespace FlashSale.Gateway.Gate;

/// <summary>How a route says, in its metadata, that it is behind the gate.</summary>
public static class GateRules
{
    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");

    /// <summary>A sale's id: the whole route belongs to that sale. For operators' own routes.</summary>
    public const string Sale = "FlashSale.Sale";

    /// <summary><see cref="FromRoute"/> or <see cref="FromReservation"/>: the request says which sale.</summary>
    public const string SaleFrom = "FlashSale.SaleFrom";

    /// <summary>The route value <c>sale</c>.</summary>
    public const string FromRoute = "route";

    /// <summary>The route value <c>id</c>, a reservation's: <c>{sale}_{32 hex digits}</c>.</summary>
    public const string FromReservation = "reservation";

    /// <summary>The checkout looks at a storefront's API key here: one passes without an admission.</summary>
    public const string TakesStorefrontKeys = "FlashSale.TakesStorefrontKeys";

    /// <summary>An operator's key opens the route; the upstream looks at it.</summary>
    public const string TakesOperatorKeys = "FlashSale.TakesOperatorKeys";

    /// <summary>The sale of a gated request; not a valid id when it names none, null when the route is not gated.</summary>
    public static string? SaleOf(IReadOnlyDictionary<string, string>? metadata, RouteValueDictionary values)
    {
        if (metadata is null) return null;
        if (metadata.TryGetValue(Sale, out var sale)) return sale;
        if (!metadata.TryGetValue(SaleFrom, out var from)) return null;
        return from == FromReservation ? SaleOfReservation(values["id"] as string) : values["sale"] as string ?? "";
    }

    /// <summary>The sale in a reservation's id; empty for anything else.</summary>
    public static string SaleOfReservation(string? id)
    {
        const int Digits = 32;
        var underscore = (id?.Length ?? 0) - Digits - 1;
        if (underscore < 1 || id![underscore] != '_' || id.AsSpan(underscore + 1).ContainsAnyExcept(s_hex))
            return "";
        return SaleId.TryParse(id[..underscore], out var sale) ? sale.Value : "";
    }

    /// <summary>A browser asks whether it may ask: it shows no credentials, and gets no content.</summary>
    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0
        && request.Headers.AccessControlRequestMethod.Count > 0;

    /// <summary>A person follows a link: answer with a redirect, not with a problem.</summary>
    public static bool IsNavigation(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate";
}
