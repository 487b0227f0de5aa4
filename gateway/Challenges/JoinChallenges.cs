using FlashSale.Contract;
using FlashSale.Gateway.Edge;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Challenges;

/// <summary>
/// Asks who joins for a proof of work: in a sale whose settings say so, while many join it at this edge, and of a network
/// from which many join. A shared address is slowed down by its own browsers' work, and nobody behind it is refused.
/// </summary>
public sealed class JoinChallenges(
    ChallengeSigner signer, JoinRates rates, IOptions<RateLimitOptions> limits, LedgerClock clock)
{
    /// <summary>What a crowded network does more: eight times the work.</summary>
    public const int CrowdedNetworkBits = 3;

    /// <summary>
    /// The number after which another has been worked for, 0 for the first; null without work. A bad proof is as good as none.
    /// </summary>
    public uint? SolvedAfter(Sale sale, ShopperId shopper, string? proof)
    {
        if (proof is null || sale.ProofOfWork is not { } rule
            || !signer.IsProof(proof, sale.Id, shopper, rule.Bits, clock.GetUtcNow(), out var after)) return null;
        EdgeMetrics.Challenged(sale.Id.Value, "solved");
        return after;
    }

    /// <summary>The work to do first; null when none is asked.</summary>
    /// <param name="after">The number that the shopper had before; 0 for none.</param>
    public Challenge? Ask(HttpContext context, Sale sale, ShopperId shopper, uint after)
    {
        if (sale.ProofOfWork is not { } rule) return null;
        var crowded = limits.Value.NetworkJoinsPerSecond > 0 && rates.IsAbove(
            HashCode.Combine(sale.Id, ClientAddress.NetworkOf(context.Connection.RemoteIpAddress)), limits.Value.NetworkJoinsPerSecond);
        if (!rates.IsAbove(HashCode.Combine(sale.Id), rule.AboveJoinsPerSecond) && !crowded) return null;
        EdgeMetrics.Challenged(sale.Id.Value, crowded ? "askedNetwork" : "asked");
        return signer.Make(sale.Id, shopper, after, rule.Bits + (crowded ? CrowdedNetworkBits : 0), clock.GetUtcNow());
    }
}
