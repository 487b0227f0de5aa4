using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;
using FlashSale.Gateway.Catalog;

using Microsoft.Extensions.Primitives;

namespace FlashSale.Gateway.Tickets;

/// <summary>What a shopper shows: tickets, admissions and the visitor's cookie. A header wins over a cookie.</summary>
public static class Credentials
{
    public const string VisitorCookie = "fs-visitor";
    private const int SecretBytes = 16;
    [ThreadStatic] private static byte[]? t_drawn;
    [ThreadStatic] private static int t_left;
    private static readonly string s_ticketRules = Rules(TimeSpan.FromDays(30));
    private static readonly string s_visitorRules = Rules(TimeSpan.FromDays(365));

    /// <summary>The credentials of an <c>Authorization</c> header with that scheme; empty without exactly one.</summary>
    public static ReadOnlySpan<char> Authorization(HttpRequest request, string scheme)
    {
        var header = request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } text) return default;
        var rest = text.AsSpan();
        if (rest.Length <= scheme.Length || rest[scheme.Length] != ' '
            || !rest.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) return default;
        return rest[(scheme.Length + 1)..].Trim(' ');
    }

    /// <summary>The values of a cookie.</summary>
    public static CookieValues Cookies(HttpRequest request, string name) => new(request.Headers.Cookie, name);

    /// <summary>The anonymous shopper of the visitor cookie; null without a well-formed one.</summary>
    public static ShopperId? Visitor(HttpRequest request)
    {
        Span<byte> secret = stackalloc byte[SecretBytes];
        foreach (var cookie in Cookies(request, VisitorCookie))
            if (FixedBase64Url.TryDecode(cookie, secret)) return VisitorOf(cookie);
        return null;
    }

    /// <summary>Makes this browser a visitor unless it is one; its shopper.</summary>
    public static ShopperId EnsureVisitor(HttpContext context) => Visitor(context.Request) ?? VisitorOf(NewVisitor(context));

    /// <summary>As <see cref="EnsureVisitor"/>, for a page that need not know who it is.</summary>
    public static void EnsureVisitorCookie(HttpContext context)
    {
        if (Visitor(context.Request) is null) NewVisitor(context);
    }

    private static string NewVisitor(HttpContext context)
    {
        var cookie = NextSecret();
        Set(context, VisitorCookie, cookie, s_visitorRules);
        return cookie;
    }

    /// <summary>Drawn for many visitors at once: one draw costs more than the rest of setting the cookie.</summary>
    private static string NextSecret()
    {
        var drawn = t_drawn ??= new byte[64 * SecretBytes];
        if (t_left == 0)
        {
            RandomNumberGenerator.Fill(drawn);
            t_left = drawn.Length;
        }

        var secret = drawn.AsSpan(t_left -= SecretBytes, SecretBytes);
        var text = Base64Url.EncodeToString(secret);
        secret.Clear();
        return text;
    }

    public static void SetTicket(HttpContext context, ListedSale listed, string ticket) =>
        Set(context, listed.TicketCookie, ticket, s_ticketRules);

    /// <param name="age">As long as the token lives.</param>
    public static void SetAdmission(HttpContext context, ListedSale listed, string token, TimeSpan age) =>
        Set(context, listed.AdmissionCookie, token, Rules(age));

    private static string Rules(TimeSpan age) =>
        string.Create(CultureInfo.InvariantCulture, $"; max-age={(long)age.TotalSeconds}; path=/; samesite=lax; httponly");

    /// <summary>Put together here because every join and first page sets some; names and values need no escaping.</summary>
    private static void Set(HttpContext context, string name, string value, string rules)
    {
        var cookie = string.Concat([name, "=", value, context.Request.IsHttps ? "; secure" : "", rules]);
        var headers = context.Response.Headers;
        headers.SetCookie = StringValues.Concat(headers.SetCookie, cookie);
    }

    /// <summary>The cookie itself is a secret: the id that tokens carry is its hash.</summary>
    private static ShopperId VisitorOf(ReadOnlySpan<char> cookie)
    {
        Span<byte> text = stackalloc byte[32];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.ASCII.GetBytes(cookie, text)], hash);
        return ShopperId.Visitor(hash);
    }
}
