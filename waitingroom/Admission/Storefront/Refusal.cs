using Microsoft.AspNetCore.Http;

namespace FlashSale.Admission;

/// <summary>The answers to those who may not pass: RFC 9457 problems for scripts, short pages for people.</summary>
internal static class Refusal
{
    /// <summary>The header that repeats <c>lineUrl</c>, readable by scripts of other origins.</summary>
    public const string LineUrlHeader = "X-FlashSale-Line-Url";

    /// <summary>A GET for a page, not made by a script.</summary>
    public static bool IsNavigation(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate"
        && !request.Headers.ContainsKey("X-Requested-With");

    public static Task AdmissionRequiredAsync(HttpContext context, string lineUrl)
    {
        context.Response.Headers[LineUrlHeader] = lineUrl;
        context.Response.Headers.Append("Access-Control-Expose-Headers", LineUrlHeader);
        context.Response.Headers.WWWAuthenticate = "FlashSale";
        return WriteAsync(context, 401, "admissionRequired", "An admission is required.", lineUrl);
    }

    public static Task AdmissionInvalidAsync(HttpContext context) => WriteAsync(
        context, 401, "admissionInvalid", "Your place in line could not be verified. Please go back to the shop and try again.");

    public static Task UnavailableAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "2";
        return WriteAsync(context, 503, "unavailable", "The line cannot be reached right now. You keep your place.");
    }

    public static Task UnknownSaleAsync(HttpContext context) =>
        WriteAsync(context, 404, "unknownSale", "There is no such sale.");

    private static Task WriteAsync(HttpContext context, int status, string code, string title, string? lineUrl = null)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        if (IsNavigation(context.Request))
        {
            response.ContentType = "text/html; charset=utf-8";
            if (status == 503) response.Headers["Refresh"] = "2";
            return response.WriteAsync(
                $"<!doctype html><meta name=viewport content=\"width=device-width\"><title>{title}</title><p>{title}</p>");
        }

        return response.WriteAsJsonAsync(
            new { type = "about:blank", title, status, code, lineUrl }, s_json, "application/problem+json");
    }

    private static readonly System.Text.Json.JsonSerializerOptions s_json = new(System.Text.Json.JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
