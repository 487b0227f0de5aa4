using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

namespace FlashSale.Checkout.Http;

/// <summary>Turns what went wrong into the contract's problems, in one place.</summary>
public static partial class Problems
{
    /// <summary>The ledger being unavailable is 503, a bad request 4xx, an unknown route or method 404; all as problem+json.</summary>
    public static void UseProblems(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("FlashSale.Checkout.Http");
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context).ConfigureAwait(false);
                if (context.Response is { HasStarted: false, StatusCode: 404 or 405, ContentType: null })
                    await Problem.NotFound.WriteAsync(context.Response).ConfigureAwait(false);
            }
            catch (BadHttpRequestException error) when (!context.Response.HasStarted)
            {
                var problem = error.StatusCode == 413 ? Problem.TooLarge : Problem.Malformed;
                await problem.WriteAsync(context.Response).ConfigureAwait(false);
            }
            catch (Exception error) when (LedgerErrors.IsUnavailable(error) && !context.Response.HasStarted)
            {
                LogUnavailable(log, context.Request.Path, error.Message);
                await Problem.Unavailable.WriteAsync(context.Response).ConfigureAwait(false);
            }
        });
    }

    [LoggerMessage(4020, LogLevel.Warning,
        "The ledger is unavailable for {Path}: {Reason}",
        EventName = "LedgerUnavailable")]
    private static partial void LogUnavailable(ILogger log, string path, string reason);
}
