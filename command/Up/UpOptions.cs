using FlashSale.Local;

namespace FlashSale.Command.Up;

/// <summary>How <c>./flashsale up</c> was called.</summary>
internal sealed record UpOptions
{
    /// <summary>What runs.</summary>
    public required SystemOptions System { get; init; }

    /// <summary>Where it lives.</summary>
    public required string Data { get; init; }

    /// <summary>Start with an empty data folder.</summary>
    public bool Fresh { get; init; }

    /// <summary>The sample storefronts too.</summary>
    public bool WithSamples { get; init; }
}
