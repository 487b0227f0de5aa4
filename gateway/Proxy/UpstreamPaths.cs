using FlashSale.Gateway.Edge;

using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace FlashSale.Gateway.Proxy;

/// <summary>
/// Which spelling of a path an upstream is sent (<see cref="RequestTargets"/>). Our own services are sent the path as the gate
/// has read it. An operator's may need it as it came (a session's id behind a <c>;</c>), and reads no more into it than the gate.
/// </summary>
public static class UpstreamPaths
{
    public static void Spell(HttpContext context)
    {
        if (context.Features.Get<SpelledPath>() is { } spelled
            && context.GetRouteModel().Config.ClusterId is not (ProxyRoutes.Checkout or ProxyRoutes.WaitingRoom))
            context.Request.Path = spelled.Path;
    }

    /// <summary>
    /// The server leaves an encoded slash in the decoded path, and the proxy encodes its <c>%</c>. No client can have sent such a
    /// double encoding, so each is a slash that came encoded once.
    /// </summary>
    public static void Add(TransformBuilderContext builder) => builder.AddRequestTransform(context =>
    {
        if (context.HttpContext.Features.Get<SpelledPath>() is null
            || !context.Path.Value!.Contains("%2F", StringComparison.OrdinalIgnoreCase)) return ValueTask.CompletedTask;
        var path = RequestUtilities.MakeDestinationAddress(context.DestinationPrefix, context.Path, QueryString.Empty).OriginalString;
        context.ProxyRequest.RequestUri = new Uri(
            path.Replace("%252F", "%2F", StringComparison.Ordinal).Replace("%252f", "%2f", StringComparison.Ordinal)
            + context.Query.QueryString.ToUriComponent());
        return ValueTask.CompletedTask;
    });
}
