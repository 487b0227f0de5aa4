using System.Net;

namespace FlashSale.Conformance;

/// <summary>Back with a good admission: the clean URL, the storefront's own cookie, the page.</summary>
internal sealed class ArrivalChecks(CheckedVisit visit)
{
    private const string Query = "a=1&b=%2Fx%26y&c=%C3%A9&d=x%7Cy&e=%257B&&f=~&g";

    /// <summary>Letters of a cookie that are changed, one at a time, spread over it.</summary>
    private const int Changes = 32;
    private static readonly TimeSpan s_skew = TimeSpan.FromSeconds(5);

    private TestedStorefront Shop => visit.Shop;
    private Visitor Shopper => visit.Shopper;

    private bool ByCookie => visit.Line.ByCookie;

    /// <summary>The check that brings the first shopper in, which others need.</summary>
    public const string First = "a good token: own cookie, clean URL, page";

    public IEnumerable<ProtocolCheck> All() =>
    [
        new(First, GoodAsync),
        new("the redirect to the clean URL is a passing one, and absolute", RedirectAsync),
        new("the URL with the token is stored nowhere", NotStoredAsync),
        new("the cookie keeps the shopper in", StaysAsync),
        new("no cache keeps the page", PageNotStoredAsync),
        new("the cookie is HttpOnly, SameSite, and Secure on https", CookieAsync),
        new("the cookie's own end is not after the admission's", CookieEndAsync),
        new("a cookie that was written by hand", ForgedCookieAsync),
        new("a bad token beside a good cookie takes nothing away", BesideAsync),
        new("a good new token replaces the cookie", ReplacedAsync),
    ];

    private async Task GoodAsync(CancellationToken cancel)
    {
        var with = new LineJourney(new Uri(Replaced(visit.Line.Page, $"{Shop.Url}?{Query}")), Shop.Sale);
        var answer = visit.Entering = await Shop.ReturnAsync(Shopper, with, visit.Admitted.Token, cancel).ConfigureAwait(false);
        visit.EnteredAt = TimeProvider.System.GetTimestamp();
        if (!ByCookie)
        {
            Rule.Holds(Shop.IsOpened(answer) && answer.IsRedirect, $"expected a redirect to the clean URL, got {answer}");
            Rule.Holds(answer.Location!.AbsoluteUri == $"{Shop.Url}?{Query}", $"the clean URL is {answer.Location}");
            answer = await Shopper.GoAsync(answer.Location, cancel).ConfigureAwait(false);
        }

        Rule.Holds(TestedStorefront.IsPage(answer), $"expected the page, got {answer}");
    }

    // A permanent one is kept by browsers; a relative one may be another host's address.
    private Task RedirectAsync(CancellationToken cancel)
    {
        if (ByCookie) return Task.CompletedTask;
        Rule.Holds(Entered.Status is 302 or 303 or 307, $"expected 302, got {Entered}");
        Rule.Holds(Entered.Header("Location").StartsWith($"{Shop.Url.Scheme}://", StringComparison.Ordinal), $"Location is {Entered.Header("Location")}");
        return Task.CompletedTask;
    }

    // The same token again, in the same browser: as the back button does it.
    private async Task NotStoredAsync(CancellationToken cancel)
    {
        var again = await Shop.ReturnAsync(Shopper, visit.Line, visit.Admitted.Token, cancel).ConfigureAwait(false);
        Rule.Holds(!Shop.IsLine(again), "the shopper's own browser was sent back to the line");
        foreach (var answer in new[] { Entered, again })
        {
            Rule.Holds(answer.Header("Cache-Control").Contains("no-store", StringComparison.Ordinal), "no Cache-Control: no-store");
            if (!ByCookie)
                Rule.Holds(answer.Header("Referrer-Policy") == "no-referrer", "no Referrer-Policy: no-referrer");
        }
    }

    private async Task StaysAsync(CancellationToken cancel)
    {
        for (var number = 1; number <= 3; number++)
        {
            var answer = await Shopper.GoAsync(Shop.Url, cancel).ConfigureAwait(false);
            Rule.Holds(TestedStorefront.IsPage(answer), $"visit {number} got {answer}");
        }
    }

    private async Task PageNotStoredAsync(CancellationToken cancel)
    {
        var answer = await Shopper.GoAsync(Shop.Url, cancel).ConfigureAwait(false);
        Rule.Holds(TestedStorefront.IsPage(answer), $"expected the page, got {answer}");
        Rule.Holds(answer.Header("Cache-Control").Contains("no-store", StringComparison.Ordinal), "no Cache-Control: no-store on the page");
    }

    private async Task CookieAsync(CancellationToken cancel)
    {
        if (ByCookie) return; // the edge's own
        foreach (var cookie in await OwnCookiesAsync(cancel).ConfigureAwait(false))
        {
            Rule.Holds(cookie.Has("httponly"), $"the cookie {cookie.Name} is not HttpOnly");
            Rule.Holds(cookie.Value("samesite").ToLowerInvariant() is "lax" or "strict", $"the cookie {cookie.Name} is not SameSite=Lax");
            Rule.Holds(Shop.Url.Scheme != "https" || cookie.Has("secure"), $"the cookie {cookie.Name} is not Secure");
        }
    }

    // One without an end of its own ends with the browser, and by the storefront's word.
    private async Task CookieEndAsync(CancellationToken cancel)
    {
        if (ByCookie) return;
        var now = TimeProvider.System.GetUtcNow();
        foreach (var cookie in await OwnCookiesAsync(cancel).ConfigureAwait(false))
        {
            if (cookie.Ends(now) is not { } end) continue;
            Rule.Holds(end <= visit.Bad.ExpiresAt + s_skew, $"the cookie {cookie.Name} ends {end:O}, the admission {visit.Bad.ExpiresAt:O}");
        }
    }

    private async Task ForgedCookieAsync(CancellationToken cancel)
    {
        if (ByCookie) return;
        foreach (var own in await OwnCookiesAsync(cancel).ConfigureAwait(false))
        {
            var text = Shopper.Cookies.GetCookies(Shop.Url)[own.Name]?.Value ?? "";
            var step = Math.Max(1, text.Length / Changes);
            for (var at = 0; at < text.Length; at += step)
            {
                using var forger = Copy(own.Name, text[..at] + Next(text[at]) + text[(at + 1)..]);
                var answer = await forger.GoAsync(Shop.Url, cancel).ConfigureAwait(false);
                // The last letter of base64 may have bits that say nothing.
                Rule.Holds(at == text.Length - 1 || !TestedStorefront.IsPage(answer), $"accepted with letter {at} of {own.Name} changed");
            }
        }
    }

    private async Task BesideAsync(CancellationToken cancel)
    {
        if (ByCookie) return;
        var answer = await Shopper.GoAsync(TestedStorefront.WithToken(Shop.Url, visit.Bad.Tampered()), cancel).ConfigureAwait(false);
        Rule.Holds(Shop.IsOpened(answer), $"who was in got {answer}");
        var page = await Shopper.GoAsync(Shop.Url, cancel).ConfigureAwait(false);
        Rule.Holds(TestedStorefront.IsPage(page), $"who was in got {page} afterwards");
    }

    private async Task ReplacedAsync(CancellationToken cancel)
    {
        if (ByCookie) return;
        var (first, sent, old) = await visit.AdmitAnotherAsync(cancel).ConfigureAwait(false);
        var (second, _, fresh) = await visit.AdmitAnotherAsync(cancel).ConfigureAwait(false);
        using (first)
        using (second)
        {
            await Shop.EnterAsync(first, sent, old.Token, cancel).ConfigureAwait(false);
            var page = await Shop.EnterAsync(first, sent, fresh.Token, cancel).ConfigureAwait(false);
            Rule.Holds(TestedStorefront.UnitOf(page) is null || TestedStorefront.UnitOf(page) == fresh.Unit,
                $"the page is about unit {TestedStorefront.UnitOf(page)}, the new admission about {fresh.Unit}");
            await sent.GiveBackAsync(first, old.Token, cancel).ConfigureAwait(false);
            await sent.GiveBackAsync(first, fresh.Token, cancel).ConfigureAwait(false);
        }
    }

    private BrowserAnswer Entered => visit.Entering ?? throw new NotCheckedException("a good token does not open it");

    // Those of the cookies that came with entering without which the shopper is out.
    private async Task<List<SetCookie>> OwnCookiesAsync(CancellationToken cancel)
    {
        var own = new List<SetCookie>();
        foreach (var cookie in Entered.SetCookies)
        {
            using var without = Copy(cookie.Name, null);
            if (!TestedStorefront.IsPage(await without.GoAsync(Shop.Url, cancel).ConfigureAwait(false))) own.Add(cookie);
        }

        Rule.Holds(own.Count > 0, "entering sets no cookie of the storefront's own");
        return own;
    }

    private Visitor Copy(string name, string? value)
    {
        var copy = new Visitor();
        foreach (Cookie cookie in Shopper.Cookies.GetCookies(Shop.Url))
            if (cookie.Name != name) copy.Cookies.Add(Shop.Url, new Cookie(cookie.Name, cookie.Value));
        if (value is not null) copy.Cookies.Add(Shop.Url, new Cookie(name, value));
        return copy;
    }

    private static char Next(char letter) => letter switch
    {
        '9' => '0',
        'z' => 'a',
        'Z' => 'A',
        (>= '0' and < '9') or (>= 'a' and < 'z') or (>= 'A' and < 'Z') => (char)(letter + 1),
        _ => 'x',
    };

    private static string Replaced(Uri page, string returnUrl) =>
        $"{page.GetLeftPart(UriPartial.Path)}?returnUrl={Uri.EscapeDataString(returnUrl)}";
}
