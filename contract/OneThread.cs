namespace FlashSale.Contract;

/// <summary>
/// A thread on which everything runs in virtual time, one thing after the other (the simulator's): what goes on after an
/// answer goes on there, in the order of the answers.
/// </summary>
/// <remarks>
/// It is no <see cref="SynchronizationContext"/>: where there is one, what awaits with <c>ConfigureAwait(false)</c> goes on
/// in the pool instead of inside of whoever completes it.
/// </remarks>
public abstract class OneThread
{
    [ThreadStatic] private static OneThread? t_current;

    /// <summary>That of this thread; null on every other.</summary>
    public static OneThread? Current => t_current;

    /// <summary>
    /// For a <see cref="TaskCompletionSource"/>: who awaits it does not go on inside of whoever completes it, but on a
    /// thread of the pool; on a <see cref="OneThread"/> there is no other thread.
    /// </summary>
    public static TaskCreationOptions Continuations =>
        t_current is null ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None;

    /// <summary>As <see cref="Task.Yield"/>: behind all that this thread has been given to do before.</summary>
    public abstract Task YieldAsync();

    /// <summary>Runs it with this thread as the <see cref="Current"/>.</summary>
    protected void Enter(Action run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var before = t_current;
        t_current = this;
        try
        {
            run();
        }
        finally
        {
            t_current = before;
        }
    }
}
