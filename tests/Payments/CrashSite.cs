namespace FlashSale.Tests.Payments;

/// <summary>
/// Where a checkout dies: at the n-th line that matters from now on (before a call of the provider, after its answer,
/// after a transition and before the attempt is saved). What is under way at that moment ends there; whatever is begun
/// later belongs to the process that replaces it.
/// </summary>
public sealed class CrashSite
{
    private int _left = -1;

    public void DieAfter(int lines) => Interlocked.Exchange(ref _left, lines);

    public void Live() => Interlocked.Exchange(ref _left, -1);

    /// <summary>A line that matters.</summary>
    public void Pass()
    {
        if (Volatile.Read(ref _left) >= 0 && Interlocked.Decrement(ref _left) < 0) throw new CrashException();
    }
}
