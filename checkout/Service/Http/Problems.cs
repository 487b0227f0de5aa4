using System.Text.Json;

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
                if (context.Response is { HasStarted: false, StatusCode: 404 or 405, ContentType: null }
                    && !HttpMethods.IsOptions(context.Request.Method))
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

    [LoggerMessage(4020, LogLevel.Warning, "The ledger is unavailable for {Path}: {Reason}")]
    private static partial void LogUnavailable(ILogger log, string path, string reason);
}

/// <summary>Reads a request's JSON object.</summary>
public static class JsonBody
{
    /// <summary>The object, or the problem to answer with. An empty body is an empty object.</summary>
    public static async Task<(JsonElement Body, IResult? Problem)> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.ContentLength > Wire.MaxBodyBytes) return (default, Problem.TooLarge.Result());
        var bytes = new byte[Wire.MaxBodyBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(bytes, bytes.Length, false, cancel).ConfigureAwait(false);
        if (length > Wire.MaxBodyBytes) return (default, Problem.TooLarge.Result());
        if (length == 0) return (JsonSerializer.SerializeToElement(new { }), null);
        if (!request.HasJsonContentType()) return (default, Problem.UnsupportedMediaType.Result());
        try
        {
            var body = JsonSerializer.Deserialize<JsonElement>(bytes.AsSpan(0, length), Wire.Json);
            return body.ValueKind is JsonValueKind.Object
                ? (body, null)
                : (default, Problem.Malformed.Result("the body must be a JSON object"));
        }
        catch (JsonException)
        {
            return (default, Problem.Malformed.Result("the body is not JSON"));
        }
    }
}
