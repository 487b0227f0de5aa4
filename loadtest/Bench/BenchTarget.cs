namespace FlashSale.LoadTest.Bench;

/// <summary>The running system that is measured.</summary>
public sealed record BenchTarget(Uri Edge, string AdminKey, string MySql, string Redis, IBaselines Baselines);

/// <summary>Starts the programs that we are measured against; disposing ends them.</summary>
public interface IBaselines
{
    /// <summary>Kestrel answering every request with these bytes.</summary>
    Task<RunningProgram> BareAsync(SampleAnswer answer);

    /// <summary>YARP passing everything to an upstream.</summary>
    Task<RunningProgram> ProxyAsync(Uri upstream);

    /// <summary>
    /// A second edge whose storefront is a trivial program, and that program: what the gate adds is measured on it.
    /// </summary>
    Task<(RunningProgram Edge, RunningProgram Upstream)> EdgeBeforeTrivialUpstreamAsync();

    /// <summary>One more edge of the running system, which has seen nobody yet.</summary>
    Task<RunningProgram> FreshEdgeAsync();

    /// <summary>
    /// The ledger's redemptions beside two usual ways to take a unit, in a process and on a database server of their own.
    /// </summary>
    Task<IReadOnlyList<BenchResult>> RedemptionsAsync(BenchSize size);
}

/// <summary>Everything of an answer but what a server adds to each (<see cref="OfTheServer"/>).</summary>
public sealed record SampleAnswer(int Status, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public static IReadOnlySet<string> OfTheServer { get; } =
        new HashSet<string>(["Date", "Content-Length", "Connection", "Server"], StringComparer.OrdinalIgnoreCase);
}

/// <summary>A program that was started for a measurement.</summary>
public sealed record RunningProgram(Uri Url, int Pid, Func<ValueTask> End) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => End();
}
