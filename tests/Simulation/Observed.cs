namespace FlashSale.Tests.Simulation;

/// <summary>What a real server did.</summary>
/// <param name="Answer">Of a script; "error" when it failed.</param>
/// <param name="FromMs">
/// Its clock before, and <paramref name="ToMs"/> after: at one millisecond of these it ran.
/// </param>
internal sealed record Observed(string Answer, long FromMs, long ToMs, string Dump);
