namespace FlashSale.LoadTest.Bench;

/// <summary>The running system that is measured.</summary>
public sealed record BenchTarget(Uri Edge, string AdminKey, string MySql, string Redis, IBaselines Baselines);

/// <summary>Starts the programs that we are measured against; disposing ends them.</summary>
public interface IBaselines
{
    /// <summary>Kestrel answering every request with these bytes.</summary>
    Task<RunningProgram> BareAsync(byte[] body, string contentType, string? encoding, int status);

    /// <summary>YARP passing everything to an upstream.</summary>
    Task<RunningProgram> ProxyAsync(Uri upstream);

    /// <summary>
    /// A second edge whose storefront is a trivial program, and that program: what the gate adds is measured on it.
    /// </summary>
    Task<(RunningProgram Edge, RunningProgram Upstream)> EdgeBeforeTrivialUpstreamAsync();

    /// <summary>One more edge of the running system, which has seen nobody yet.</summary>
    Task<RunningProgram> FreshEdgeAsync();

    /// <summary>A database server with the system's durable settings that nothing else uses, empty.</summary>
    Task<RunningDatabase> DatabaseAsync();
}

/// <summary>A program that was started for a measurement.</summary>
public sealed record RunningProgram(Uri Url, int Pid, Func<ValueTask> End) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => End();
}

/// <summary>A database server that was started for a measurement.</summary>
public sealed record RunningDatabase(string ConnectionString, Func<ValueTask> End) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => End();
}
