namespace FlashSale.Conformance;

/// <summary>What a browser got.</summary>
/// <param name="Location">Made absolute, as a browser does.</param>
/// <param name="Header">A header's value; empty when it is absent.</param>
/// <param name="MediaType">Of the body, without parameters; empty when it is not said.</param>
internal sealed record BrowserAnswer(
    int Status, Uri? Location, Func<string, string> Header, string MediaType, IReadOnlyList<SetCookie> SetCookies, string Body)
{
    public bool IsRedirect => Status is 301 or 302 or 303 or 307 or 308 && Location is not null;

    public override string ToString() =>
        Location is null ? $"{Status}" : $"{Status} → {Location.GetLeftPart(UriPartial.Path)}";
}
