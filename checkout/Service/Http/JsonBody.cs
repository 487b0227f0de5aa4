using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.Checkout.Http;

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
        if (!StrictJson.TryParse(bytes.AsMemory(0, length), out var body)) return (default, Problem.Malformed.Result("the body is not JSON"));
        return body.ValueKind is JsonValueKind.Object ? (body, null) : (default, Problem.Malformed.Result("the body must be a JSON object"));
    }
}
