namespace FlashSale.Contract;

/// <summary>
/// A thread on which everything runs in virtual time, one thing after the other (the simulator's): what goes on after an
/// answer goes on there, in the order of the answers.
/// </summary>
public abstract class OneThread : SynchronizationContext
{
    /// <summary>
    /// For a <see cref="TaskCompletionSource"/>: who awaits it does not go on inside of whoever completes it, but on a
    /// thread of the pool; on a <see cref="OneThread"/> there is no other thread.
    /// </summary>
    public static TaskCreationOptions Continuations =>
        Current is OneThread ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;
}
