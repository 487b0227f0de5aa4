using System.Diagnostics.CodeAnalysis;

namespace FlashSale.Contract;

internal static class Identifier
{
    private const int MaxLength = 63;
    private static readonly System.Buffers.SearchValues<char> s_allowed =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: >= 1 and <= MaxLength } && text[0] != '-' && !text.AsSpan().ContainsAnyExcept(s_allowed);
}
