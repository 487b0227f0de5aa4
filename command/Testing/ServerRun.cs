namespace FlashSale.Command.Testing;

/// <summary>A run of the suite on named servers, as <c>loadtest/results/servers.json</c> keeps it.</summary>
/// <param name="Servers">What the ledger's and the line's servers said they are.</param>
/// <param name="Filter">Of the tests' names; null: all of them.</param>
/// <param name="Seconds">From start to end, with whatever else the machine did; no measurement.</param>
internal sealed record ServerRun(
    string Servers, string? Filter, int Passed, int Failed, double Seconds, string Commit, string Machine, DateTimeOffset At);
