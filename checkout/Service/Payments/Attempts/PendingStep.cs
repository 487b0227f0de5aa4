using MySqlConnector;

namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>A step that waits for its batch: what it writes, and what the attempt is once that has happened.</summary>
/// <param name="Version">The fence: nobody else makes the attempt <paramref name="Becomes"/> under it.</param>
/// <param name="Write">Appends its statements, given the number of the step in its batch for its parameters' names.</param>
public sealed record PendingStep(
    Guid Attempt, Guid Reservation, AttemptState Becomes, int Version, Action<MySqlCommand, System.Text.StringBuilder, int> Write)
{
    /// <summary>The attempt's number when it has happened; null: that is not known, and it is done alone.</summary>
    public TaskCompletionSource<int?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
