using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.Gateway.Edge;

/// <summary>Reads optional JSON bodies.</summary>
public static class Bodies
{
    public static async ValueTask<Body> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength is 0 || (request.ContentLength is null && !CanHaveBody(context))) return default;
        if (request.ContentLength > Wire.MaxBodyBytes) return new Body(default, Problem.TooLarge);

        var (bytes, tooLarge) = await ReadBytesAsync(request.Body, context.RequestAborted).ConfigureAwait(false);
        if (tooLarge) return new Body(default, Problem.TooLarge);
        if (bytes.Length == 0) return default;
        if (!request.HasJsonContentType()) return new Body(default, Problem.UnsupportedMediaType);
        return StrictJson.TryParse(bytes, out var json) && json.ValueKind == JsonValueKind.Object
            ? new Body(json, null) : new Body(default, Problem.Malformed);
    }

    private static bool CanHaveBody(HttpContext context) =>
        context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;

    private static async ValueTask<(ReadOnlyMemory<byte> Bytes, bool TooLarge)> ReadBytesAsync(
        Stream body, CancellationToken cancel)
    {
        var bytes = new byte[Wire.MaxBodyBytes + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
        return (bytes.AsMemory(0, length), length > Wire.MaxBodyBytes);
    }
}
