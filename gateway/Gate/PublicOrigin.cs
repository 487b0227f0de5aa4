using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Edge;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Gate;

/// <summary>How shoppers reach this edge, and what follows from it for the URLs they are given.</summary>
public sealed class PublicOrigin(IOptions<GatewayOptions> options)
{
    private readonly string? _fixed = options.Value.PublicOrigin?.TrimEnd('/');

    /// <summary><c>scheme://host[:port]</c>; empty when the request names no host that can be one.</summary>
    public string Of(HttpRequest request) =>
        _fixed ?? ($"{request.Scheme}://{request.Host.Value}" is var own && Uri.TryCreate(own, UriKind.Absolute, out var url)
            && url is { UserInfo: "", PathAndQuery: "/", Fragment: "" } && own[^1] != '/' ? own : "");

    /// <summary>The page where the built-in shop goes on with an admitted shopper.</summary>
    public static string CartPath(ListedSale listed) => $"/shop/{listed.Sale.Id.Value}/cart";

    /// <summary>Where the shopper wants to go on, the shop's cart when not said; null when not allowed.</summary>
    public ReturnUrl? ReturnUrl(HttpContext context, ListedSale listed, string? asked)
    {
        if (string.IsNullOrEmpty(asked)) return new ReturnUrl(CartPath(listed), true);
        // A path needs no origin to be compared with.
        var own = asked[0] == '/' ? "" : Of(context.Request);
        return ReturnUrls.Accept(asked, own, listed.Storefront?.ReturnOrigins ?? [], CartPath(listed));
    }

    /// <summary>The line's page: a path, or a whole URL where the origin is configured.</summary>
    public string LineUrl(string sale, string? returnUrl) =>
        $"{_fixed}/line/{sale}{(returnUrl is null ? "" : $"?returnUrl={Uri.EscapeDataString(returnUrl)}")}";
}
