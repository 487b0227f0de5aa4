using System.Buffers;

using FlashSale.Admission;
using FlashSale.Contract;

namespace FlashSale.Gateway.Gate;

/// <summary>What only the edge may tell an upstream; whatever a client says of it is removed first.</summary>
public static class GateHeaders
{
    public const string Shopper = "X-FlashSale-Shopper";
    public const string Admission = "X-FlashSale-Admission";
    public const string Sale = "X-FlashSale-Sale";

    /// <summary>On answers to the admitted.</summary>
    public const string Unit = "X-FlashSale-Unit";

    private static readonly SearchValues<char> s_plain =
        SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly string[] s_prefixes = ["X-FlashSale-", "X-Forwarded-", "X-Original-"];
    private static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        "Forwarded", "X-Real-IP", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override",
    };

    /// <summary>
    /// Removes them in every spelling: some servers take '_' for '-', and PHP takes '.' and others for it too. The proxy adds the
    /// <c>X-Forwarded-*</c> headers anew. A service key from outside is removed as well, and a trace: the edge's own, if there
    /// is one, is written when the request is sent on.
    /// </summary>
    public static void Strip(IHeaderDictionary headers)
    {
        List<string>? spoofed = null;
        foreach (var (name, _) in headers)
            if (IsOurs(name)) (spoofed ??= []).Add(name);
        foreach (var name in spoofed ?? []) headers.Remove(name);
        headers.TraceParent = headers.TraceState = headers.Baggage = default;
        if (headers.Authorization.ToString().StartsWith(ServiceKey.Scheme + " ", StringComparison.OrdinalIgnoreCase))
            headers.Authorization = default;
    }

    public static void Set(IHeaderDictionary headers, VerifiedAdmission admission)
    {
        headers[Shopper] = admission.Shopper;
        headers[Admission] = admission.Id;
        headers[Sale] = admission.Sale;
    }

    private static bool IsOurs(string name)
    {
        if (name[0] is not ('X' or 'x' or 'F' or 'f')) return false;
        var plain = !name.AsSpan().ContainsAnyExcept(s_plain) ? name : string.Create(name.Length, name, static (text, from) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '-';
        });
        if (s_names.Contains(plain)) return true;
        foreach (var prefix in s_prefixes)
            if (plain.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
