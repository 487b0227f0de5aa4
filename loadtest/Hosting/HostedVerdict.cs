namespace FlashSale.LoadTest.Hosting;

/// <summary>What came out of a run.</summary>
/// <param name="Run">What was missed by the run itself, in words.</param>
public sealed record HostedVerdict(
    IReadOnlyList<string> Run, IReadOnlyList<(HostedScenario Scenario, IReadOnlyList<HostedCheck> Checks)> Scenarios)
{
    /// <summary>Every sentence of what was missed; empty when all is well.</summary>
    public IReadOnlyList<string> Missed => [.. Run, .. Scenarios.SelectMany(one => one.Checks
        .Where(check => check.Missed is not null).Select(check => $"{one.Scenario.Name}: {check.Missed}"))];
}
