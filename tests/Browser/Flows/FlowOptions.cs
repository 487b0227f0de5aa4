namespace FlashSale.Tests.Browser.Flows;

/// <summary>What is unusual about a shopper's browser.</summary>
/// <param name="Width">Of the page, in CSS pixels.</param>
internal sealed record FlowOptions(int Width = 390, bool Dark = false, bool NoScript = false)
{
    public const int Height = 844;
}
