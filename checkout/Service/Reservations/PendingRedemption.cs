namespace FlashSale.Checkout.Reservations;

/// <summary>A redemption waiting for its batch, under the id its reservation will have.</summary>
public sealed record PendingRedemption(Guid Id, Redemption Redemption)
{
    public TaskCompletionSource<ReserveOutcome> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
