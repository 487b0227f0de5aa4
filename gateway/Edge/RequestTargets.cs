using System.Buffers;

using FlashSale.Contract;

using Microsoft.AspNetCore.Http.Features;

namespace FlashSale.Gateway.Edge;

/// <summary>
/// Refuses request targets that two servers could read differently: what the edge takes for a harmless path and an
/// upstream for a guarded one. No route of ours and no sensible route of a storefront needs such a spelling.
/// </summary>
public static class RequestTargets
{
    private static readonly SearchValues<char> s_suspicious = SearchValues.Create("%\\;.");

    public static void UseStrictTargets(this IApplicationBuilder app) => app.Use((context, next) =>
        IsPlain(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget)
            ? next(context)
            : Problem.Malformed.WriteAsync(context.Response, "The path is spelled in an ambiguous way."));

    /// <summary>
    /// False for a target with a fragment, and for a path with a backslash, a ;, an empty or dotted segment, a segment
    /// that ends in a dot, a broken
    /// percent-encoding, or one of a character that is allowed plainly, is a control or would be decoded again.
    /// </summary>
    public static bool IsPlain(ReadOnlySpan<char> rawTarget)
    {
        if (rawTarget.Contains('#')) return false; // A fragment is never sent; one server ends the path there, one does not.
        var path = PathOf(rawTarget);
        if (path.IndexOf("//") >= 0) return false;
        if (!path.ContainsAny(s_suspicious)) return true;
        return path.IndexOfAny('\\', ';') < 0 && HasPlainSegments(path) && HasPlainEncodings(path);
    }

    /// <summary>A target may be a whole URL (absolute-form); its path counts.</summary>
    private static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> target)
    {
        if (target.IndexOf('?') is >= 0 and var end) target = target[..end];
        if (target.StartsWith('/') || target.IndexOf("://") is not (>= 0 and var scheme)) return target;
        var rest = target[(scheme + 3)..];
        return rest.IndexOf('/') is >= 0 and var slash ? rest[slash..] : default;
    }

    private static bool HasPlainSegments(ReadOnlySpan<char> path)
    {
        foreach (var range in path.Split('/'))
            if (path[range].EndsWith('.')) return false;
        return true;
    }

    private static bool HasPlainEncodings(ReadOnlySpan<char> path)
    {
        while (path.IndexOf('%') is >= 0 and var at)
        {
            path = path[(at + 1)..];
            if (path.Length < 2 || !byte.TryParse(path[..2], System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code))
                return false;
            var isPlainAnyway = char.IsAsciiLetterOrDigit((char)code) || "-._~/\\%;".Contains((char)code);
            var isNeverUtf8 = code is 0xc0 or 0xc1 or >= 0xf5;
            if (code is < 0x20 or 0x7f || isPlainAnyway || isNeverUtf8) return false;
        }
        return true;
    }
}
