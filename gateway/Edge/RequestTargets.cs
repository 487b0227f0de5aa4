using System.Buffers;
using System.Globalization;

using FlashSale.Contract;

using Microsoft.AspNetCore.Http.Features;

namespace FlashSale.Gateway.Edge;

/// <summary>
/// One reading of a path for the edge and everything behind it. Ordinary spellings that servers read differently (an encoded
/// slash, two slashes, <c>;jsessionid=…</c>, a dot at a segment's end) are read as the most lenient server would, so that what
/// the edge takes for a harmless path no upstream takes for a guarded one. What could be read in still more ways is refused: no
/// route of ours and no sensible route of a storefront needs such a spelling.
/// </summary>
public static class RequestTargets
{
    private static readonly SearchValues<char> s_suspicious = SearchValues.Create("%\\.");
    private static readonly SearchValues<char> s_lenient = SearchValues.Create(";%. ");

    public static void UseStrictTargets(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!IsPlain(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget))
            return Problem.Malformed.WriteAsync(context.Response, "The path is spelled in an ambiguous way.");
        var path = context.Request.Path;
        if (path.HasValue && Reading(path.Value) is var reading && reading != path.Value)
        {
            context.Features.Set(new SpelledPath(path));
            context.Request.Path = reading;
        }
        return next(context);
    });

    /// <summary>
    /// False for a target with a fragment, and for a path with a backslash, a dot segment in any spelling, a broken
    /// percent-encoding, or one of a backslash, of a control or of a delimiter that is encoded twice.
    /// </summary>
    public static bool IsPlain(ReadOnlySpan<char> rawTarget)
    {
        if (rawTarget.Contains('#')) return false; // A fragment is never sent; one server ends the path there, one does not.
        var path = rawTarget[StartOfPath(rawTarget)..];
        if (path.IndexOf('?') is >= 0 and var end) path = path[..end];
        return !path.ContainsAny(s_suspicious) || (IsPath(path) && HasPlainEncodings(path));
    }

    /// <summary>
    /// False for a path with a backslash, an encoded control, or a segment that leads up or nowhere once it is decoded and its
    /// parameters are cut off. A return URL must be no less.
    /// </summary>
    public static bool IsPath(ReadOnlySpan<char> path)
    {
        if (path.Contains('\\')) return false;
        if (path.Contains('%')) path = Uri.UnescapeDataString(path);
        if (path.ContainsAnyInRange('\0', '\x1f') || path.Contains('\x7f')) return false;
        foreach (var range in path.SplitAny('/', '\\'))
            if (WithoutParameters(path[range]) is { IsEmpty: false } segment && !segment.ContainsAnyExcept("."))
                return false;
        return true;
    }

    /// <summary>
    /// A decoded path as the most lenient server reads it: <c>%2F</c> is a slash, slashes are one, <c>;</c> ends a segment, and
    /// so do dots and spaces at its end.
    /// </summary>
    public static string Reading(string path)
    {
        if (!path.AsSpan().ContainsAny(s_lenient) && !path.Contains("//", StringComparison.Ordinal)) return path;
        var segments = path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).Split('/')
            .Select(segment => WithoutParameters(segment).TrimEnd(". ").ToString()).ToArray();
        var reading = "/" + string.Join('/', segments.Where(segment => segment.Length > 0));
        return segments[^1].Length == 0 && reading.Length > 1 ? reading + "/" : reading;
    }

    /// <summary>Where the path begins: a target may be a whole URL (absolute-form).</summary>
    public static int StartOfPath(ReadOnlySpan<char> target)
    {
        var end = target.IndexOf('?') is >= 0 and var mark ? mark : target.Length;
        if (target.StartsWith('/') || target[..end].IndexOf("://") is not (>= 0 and var scheme)) return 0;
        var host = scheme + 3;
        return target[host..end].IndexOf('/') is >= 0 and var slash ? host + slash : end;
    }

    private static ReadOnlySpan<char> WithoutParameters(ReadOnlySpan<char> segment) =>
        segment.IndexOf(';') is >= 0 and var at ? segment[..at] : segment;

    private static bool HasPlainEncodings(ReadOnlySpan<char> path)
    {
        while (path.IndexOf('%') is >= 0 and var at)
        {
            path = path[(at + 1)..];
            if (!StartsWithCode(path, out var code) || code is 0x5c or 0xc0 or 0xc1 or >= 0xf5) return false;
            if (code == 0x25 && StartsWithCode(path[2..], out var twice) && (twice < 0x20 || "/\\.;%?#\x7f".Contains((char)twice)))
                return false;
        }
        return true;
    }

    private static bool StartsWithCode(ReadOnlySpan<char> text, out byte code)
    {
        code = 0;
        return text.Length >= 2 && byte.TryParse(text[..2], NumberStyles.AllowHexSpecifier, null, out code);
    }
}
