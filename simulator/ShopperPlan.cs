namespace FlashSale.Simulator;

/// <summary>What a shopper will do; which edge they use changes when that one does not answer.</summary>
/// <param name="Shopper">1, 2, …: who.</param>
/// <param name="JoinAt">When they join first.</param>
/// <param name="Habit">How they behave in line.</param>
/// <param name="Cart">What they do with the unit.</param>
/// <param name="At">When they wander off, leave or double-click, where the habit has such a time.</param>
/// <param name="LagMs">How much later than told they poll: 0–2,000; an obedient shopper is never later.</param>
public sealed record ShopperPlan(int Shopper, long JoinAt, Habit Habit, CartPlan Cart, long At, long LagMs, int Edge);
