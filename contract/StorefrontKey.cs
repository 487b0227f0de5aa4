using System.Buffers;

namespace FlashSale.Contract;

/// <summary>How the API key of a storefront's server looks: <c>fsk_</c> and 43 characters of base64url.</summary>
public static class StorefrontKey
{
    public const string Prefix = "fsk_";
    private const int Length = 47;
    private static readonly SearchValues<char> s_letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Whether the text is meant to be one.</summary>
    public static bool IsMeant(ReadOnlySpan<char> text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether it could be one: nothing else needs to be looked up.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text) =>
        text.Length == Length && IsMeant(text) && !text.ContainsAnyExcept(s_letters);
}
