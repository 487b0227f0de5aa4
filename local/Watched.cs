using FlashSale.Local.Processes;

namespace FlashSale.Local;

/// <summary>A child that shall always run.</summary>
/// <param name="Start">Starts it, the first time and after it has died; returns when it may be used.</param>
/// <param name="Patience">How long it may take to end by itself.</param>
public sealed record Watched(string Name, Func<CancellationToken, Task<ChildProcess>> Start, TimeSpan Patience)
{
    /// <summary>The running one; null before the first start.</summary>
    public ChildProcess? Process { get; set; }

    public int Pid => Process?.Pid ?? 0;

    /// <summary>How often it has ended although it should run.</summary>
    public int Deaths { get; set; }
}
