using FlashSale.Contract;
using FlashSale.Gateway.Edge;

using Yarp.ReverseProxy.Forwarder;

namespace FlashSale.Gateway.Proxy;

/// <summary>
/// What happens when an upstream does not answer: another is tried when the request has certainly not reached the first,
/// and the shopper is told 503 with <c>Retry-After</c> instead of a bare 502.
/// </summary>
public static class UpstreamErrors
{
    public static async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var untried = context.GetReverseProxyFeature().AvailableDestinations;
        await next(context).ConfigureAwait(false);
        while (IsUnconnected(context))
        {
            var feature = context.GetReverseProxyFeature();
            untried = [.. untried.Where(one => one != feature.ProxiedDestination)];
            if (untried.Count == 0) break;
            feature.AvailableDestinations = untried;
            context.Response.StatusCode = StatusCodes.Status200OK;
            context.Features.Set<IForwarderErrorFeature>(null);
            await next(context).ConfigureAwait(false);
        }

        if (context.Response.HasStarted || ProblemOf(context) is not { } problem) return;
        await problem.WriteAsync(context.Response).ConfigureAwait(false);
    }

    /// <summary>No connection could be made: nothing of the request, nor of its body, has been sent.</summary>
    private static bool IsUnconnected(HttpContext context) =>
        !context.Response.HasStarted && context.Features.Get<IForwarderErrorFeature>() is
        {
            Error: ForwarderError.Request,
            Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError },
        };

    private static Problem? ProblemOf(HttpContext context) => context.Features.Get<IForwarderErrorFeature>() switch
    {
        null => null,
        { Error: ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled } => null,
        { Exception: { } error } when BadRequest(error) is { } bad => Faults.Of(bad),
        { Error: ForwarderError.RequestBodyClient } => Problem.Malformed,
        _ => Problem.Unavailable,
    };

    private static BadHttpRequestException? BadRequest(Exception? error)
    {
        while (error is not null and not BadHttpRequestException) error = error.InnerException;
        return error as BadHttpRequestException;
    }
}
