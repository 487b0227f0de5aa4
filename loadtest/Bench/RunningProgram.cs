namespace FlashSale.LoadTest.Bench;

/// <summary>A program that was started for a measurement; disposing ends it.</summary>
public sealed record RunningProgram(Uri Url, int Pid, Func<ValueTask> End) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => End();
}
