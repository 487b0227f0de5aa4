namespace FlashSale.Tests.Operate.Support;

/// <summary>One line of a scrape.</summary>
/// <param name="Series">Name and labels, with the job's label, as Prometheus writes them.</param>
public sealed record Sample(string Name, string Series, double Value, bool IsCounter);
