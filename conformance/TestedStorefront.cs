using System.Net;
using System.Text.RegularExpressions;

namespace FlashSale.Conformance;

/// <summary>The storefront under examination, as a browser sees it.</summary>
/// <param name="Url">Its protected page.</param>
/// <param name="ApiKey">Of the storefront, when it is known.</param>
internal sealed partial record TestedStorefront(Uri Url, string Sale, string? ApiKey)
{
    /// <summary>Where the line is, by the storefront's own redirect.</summary>
    public async Task<LineJourney> LineAsync(Visitor visitor, Uri url, CancellationToken cancel)
    {
        var answer = await visitor.GoAsync(url, cancel).ConfigureAwait(false);
        Rule.Holds(IsLine(answer), $"expected a redirect to /line/{Sale}, got {answer}");
        return new LineJourney(answer.Location!, Sale, ApiKey);
    }

    /// <summary>Comes back from the line with a token, as the waiting page does it.</summary>
    public async Task<BrowserAnswer> ReturnAsync(Visitor visitor, LineJourney line, string token, CancellationToken cancel)
    {
        if (!line.ByCookie)
            return await visitor.GoAsync(WithToken(line.ReturnUrl, token), cancel).ConfigureAwait(false);
        foreach (Cookie old in visitor.Cookies.GetCookies(line.Edge))
            if (old.Name == $"fs-admission-{Sale}") old.Expired = true;
        visitor.Cookies.SetCookies(line.Edge, $"fs-admission-{Sale}={token}; path=/");
        return await visitor.GoAsync(line.ReturnUrl, cancel).ConfigureAwait(false);
    }

    /// <summary>Comes back, and follows to the page itself.</summary>
    public async Task<BrowserAnswer> EnterAsync(Visitor visitor, LineJourney line, string token, CancellationToken cancel)
    {
        var answer = await ReturnAsync(visitor, line, token, cancel).ConfigureAwait(false);
        for (var step = 0; step < 5 && answer.IsRedirect && !IsLine(answer); step++)
            answer = await visitor.GoAsync(answer.Location!, cancel).ConfigureAwait(false);
        return answer;
    }

    /// <summary>True when the shopper is sent to this sale's line.</summary>
    public bool IsLine(BrowserAnswer answer) =>
        answer.IsRedirect && answer.Location!.AbsolutePath.EndsWith($"/line/{Sale}", StringComparison.Ordinal);

    /// <summary>True when a token has opened the door: on to the clean URL, or the page at once.</summary>
    public bool IsOpened(BrowserAnswer answer) => answer.IsRedirect ? !IsLine(answer) : IsPage(answer);

    /// <summary>True when the page itself answered, whatever it had to say.</summary>
    public static bool IsPage(BrowserAnswer answer) => !answer.IsRedirect && answer.Status is not (401 or 403) and < 500;

    /// <summary>The unit that the page is about: the header <c>X-FlashSale-Unit</c>, or the words "unit 17".</summary>
    public static int? UnitOf(BrowserAnswer page)
    {
        if (int.TryParse(page.Header("X-FlashSale-Unit"), out var unit)) return unit;
        var words = UnitWords().Match(page.Body);
        return words.Success ? int.Parse(words.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    /// <summary>The return URL with the token added, as the line does it.</summary>
    public static Uri WithToken(Uri returnUrl, string token) =>
        new(returnUrl.AbsoluteUri + (returnUrl.Query.Length == 0 ? "?" : "&") + "admission=" + token);

    [GeneratedRegex("(?:\\bunit[ #:]*|data-unit=\")([0-9]{1,7})", RegexOptions.IgnoreCase)]
    private static partial Regex UnitWords();
}
