namespace FlashSale.LoadTest.Hosting;

/// <summary>What a host has measured, by scenario; a scenario that is missing has no statistics.</summary>
public sealed class HostedStatistics(IReadOnlyDictionary<string, IReadOnlyList<StepNumbers>> steps)
{
    public static HostedStatistics None { get; } = new(new Dictionary<string, IReadOnlyList<StepNumbers>>());

    public IReadOnlyList<StepNumbers>? Of(string scenario) => steps.GetValueOrDefault(scenario);
}
