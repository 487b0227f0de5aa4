using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Reports;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>What a run is judged by.</summary>
/// <param name="Alone">The crowd had the sale for itself, so its numbers and the ledger's must agree.</param>
/// <param name="InOrder">The sale promises first come, first served.</param>
public sealed record RunEvidence(
    CrowdTally Tally, Endings Endings, SaleEnd End, IReadOnlyList<TimelineMoment> Timeline, bool Alone, bool InOrder);
