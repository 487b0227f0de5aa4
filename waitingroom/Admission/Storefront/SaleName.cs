using System.Buffers;

namespace FlashSale.Admission;

/// <summary>Sale and storefront ids: <c>^[a-z0-9][a-z0-9-]{0,62}$</c>.</summary>
internal static class SaleName
{
    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public static bool IsValid(string? text) =>
        text is { Length: >= 1 and <= 63 } && text[0] != '-' && !text.AsSpan().ContainsAnyExcept(s_allowed);
}
