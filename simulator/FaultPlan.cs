namespace FlashSale.Simulator;

/// <summary>A fault: something is broken from <paramref name="At"/> for <paramref name="ForMs"/>.</summary>
/// <param name="Target">
/// Which edge, room or node it meets, where the kind has several, from 0. For those between a process and Redis: the edges
/// first, then the waiting rooms, as in <see cref="Scenario.ClockErrorsMs"/>.
/// </param>
public sealed record FaultPlan(FaultKind Kind, long At, long ForMs, int Target);
