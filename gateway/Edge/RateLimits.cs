using FlashSale.Contract;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Edge;

/// <summary>What is counted of a client, each kind by itself.</summary>
public sealed class RateLimits(IOptions<RateLimitOptions> options) : IDisposable
{
    /// <summary>
    /// Of those who show nothing that a flood does not have; only joining knows, so that a carrier's shared address is not
    /// refused for what its bots do.
    /// </summary>
    public ClientLimit Joins { get; } = new(options.Value.JoinsPerSecond, options.Value.JoinsBurst);
    public ClientLimit Claims { get; } = new(options.Value.ClaimsPerSecond, options.Value.ClaimsBurst);

    /// <summary>Pages, and what is sent on to an upstream.</summary>
    public ClientLimit Other { get; } = new(options.Value.OtherPerSecond, options.Value.OtherBurst);

    /// <summary>API keys that turned out wrong.</summary>
    public ClientLimit WrongKeys { get; } = new(options.Value.WrongKeysPerSecond, options.Value.WrongKeysBurst);

    public void Dispose()
    {
        WrongKeys.Dispose();
        Joins.Dispose();
        Claims.Dispose();
        Other.Dispose();
    }
}
