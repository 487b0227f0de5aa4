using System.Text.Encodings.Web;

namespace FlashSale.Sample;

internal static class Page
{
    public static IResult Html(string html, int status = 200) => Results.Content(
        $"""<!doctype html><meta name="viewport" content="width=device-width"><title>The ASP.NET Core shop</title>{html}""",
        "text/html; charset=utf-8", statusCode: status);

    public static string Text(string? text) => HtmlEncoder.Default.Encode(text ?? "");
}
