namespace FlashSale.Checkout.Access;

/// <summary>Who may call an operators' route; without it there is no such route (<see cref="OperatorGuard"/>).</summary>
/// <param name="Role">At least.</param>
public sealed record OperatorAccess(OperatorRole Role, OperatorReach Reach);
