using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FlashSale.Pages;

/// <summary>A language in which the pages are written; each has a file of texts per page.</summary>
/// <param name="Code">The BCP 47 code, also the file's.</param>
/// <param name="Name">What its speakers call it, for the switch.</param>
/// <param name="Group">Groups the digits of a number on pages that must do without script.</param>
public sealed record Language(string Code, string Name, char Group, bool RightToLeft = false)
{
    /// <summary>The query parameter of the switch; it outranks what the browser asks for.</summary>
    public const string Parameter = "lang";

    /// <summary>Remembers the switch from page to page.</summary>
    private const string Cookie = "fs-lang";
    private static readonly TimeSpan s_rememberedFor = TimeSpan.FromDays(365);

    public static readonly Language English = new("en", "English", ',');

    private static readonly Memo<Language> s_asked = new(BestOf);

    /// <summary>Every language, in the order of the switch.</summary>
    public static IReadOnlyList<Language> All { get; } =
    [
        English,
        new("de", "Deutsch", '.'),
        new("ja", "日本語", ','),
        new("ar", "العربية", '٬', RightToLeft: true),
    ];

    public string Direction => RightToLeft ? "rtl" : "ltr";

    /// <summary>The switch, now or before; else the best match for <c>Accept-Language</c>, else English.</summary>
    public static Language Choose(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Find(request.QueryValue(Parameter) ?? "") is { } switched)
        {
            Remember(request, switched);
            return switched;
        }

        if (request.Headers.Cookie.Count > 0 && Find(request.Cookies[Cookie] ?? "") is { } before) return before;
        return s_asked.Of(request.Headers.AcceptLanguage.ToString());
    }

    private static Language BestOf(string accepted)
    {
        if (!StringWithQualityHeaderValue.TryParseList([accepted], out var asked)) return English;
        return asked.Where(one => one.Quality is not 0).OrderByDescending(one => one.Quality ?? 1)
            .Select(one => Find(one.Value.ToString())).FirstOrDefault(one => one is not null) ?? English;
    }

    private static void Remember(HttpRequest request, Language switched)
    {
        if (request.Cookies[Cookie] == switched.Code) return;
        request.HttpContext.Response.Cookies.Append(Cookie, switched.Code, new CookieOptions
        {
            HttpOnly = true,
            SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax,
            Secure = request.IsHttps,
            Path = "/",
            MaxAge = s_rememberedFor,
        });
    }

    private static Language? Find(string tag)
    {
        if (tag.Length == 0) return null;
        var primary = tag.Split('-', 2)[0];
        return All.FirstOrDefault(one => one.Code.Equals(primary, StringComparison.OrdinalIgnoreCase));
    }
}
