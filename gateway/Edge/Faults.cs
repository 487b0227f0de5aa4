using FlashSale.Contract;

namespace FlashSale.Gateway.Edge;

/// <summary>The unexpected, as a problem instead of a bare status or a stack trace.</summary>
public static partial class Faults
{
    public static void UseFaults(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("FlashSale.Gateway.Faults");
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context).ConfigureAwait(false);
            }
            catch (BadHttpRequestException error) when (!context.Response.HasStarted)
            {
                await Of(error).WriteAsync(context.Response).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // The shopper has gone; there is nobody to answer.
            }
            catch (Exception error) when (!context.Response.HasStarted)
            {
                LogFault(log, error, context.Request.Method, context.GetEndpoint()?.DisplayName);
                context.Response.Clear();
                await Problem.Unavailable.WriteAsync(context.Response).ConfigureAwait(false);
            }
        });
    }

    /// <summary>What the server found wrong with a request while it was read.</summary>
    public static Problem Of(BadHttpRequestException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.StatusCode == StatusCodes.Status413PayloadTooLarge ? Problem.TooLarge : Problem.Malformed;
    }

    [LoggerMessage(1020, LogLevel.Error, "{Method} {Endpoint} failed unexpectedly", EventName = "UnexpectedFault")]
    private static partial void LogFault(ILogger log, Exception error, string method, string? endpoint);
}
