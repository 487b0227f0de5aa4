namespace FlashSale.LoadTest.Bench;

/// <summary>The document that <c>--json</c> writes.</summary>
public sealed record BenchReport(string Machine, string Commit, IReadOnlyList<BenchResult> Results);
