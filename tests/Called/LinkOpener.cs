using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>A browser that opens the link of a mail, with cookies of its own or none.</summary>
public sealed class LinkOpener(HttpClient edge, string cookies = "")
{
    public Task<HttpResponseMessage> OpenAsync(string link) => SendAsync(HttpMethod.Get, link);

    public Task<HttpResponseMessage> ClickAsync(string link) => SendAsync(HttpMethod.Post, link);

    /// <summary>The ticket that the click gave; null without one.</summary>
    public static string? TicketOf(HttpResponseMessage answer, string sale) => CookieOf(answer, $"fs-ticket-{sale}");

    /// <summary>What an answer made the browser; null when it was something before.</summary>
    public static string? VisitorOf(HttpResponseMessage answer) => CookieOf(answer, "fs-visitor");

    private static string? CookieOf(HttpResponseMessage answer, string name) =>
        !answer.Headers.TryGetValues("Set-Cookie", out var set) ? null
            : set.FirstOrDefault(one => one.StartsWith($"{name}=", StringComparison.Ordinal))?.Split('=', ';')[1];

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string link)
    {
        // Whichever edge it is: the link leads to the first.
        using var request = new HttpRequestMessage(method, new Uri(link).PathAndQuery);
        if (cookies.Length > 0) request.Headers.Add("Cookie", cookies);
        if (method == HttpMethod.Post) request.Content = new FormUrlEncodedContent([]);
        return await edge.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
