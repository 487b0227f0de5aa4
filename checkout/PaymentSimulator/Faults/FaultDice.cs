namespace FlashSale.PaymentSimulator.Faults;

/// <summary>
/// Draws the faults of each call. A draw depends on the seed, the operation, how many calls of that operation came
/// before, and the fault's name; so what happens to the n-th capture doesn't depend on how calls interleave.
/// </summary>
public sealed class FaultDice
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _calls = [];

    public FaultPlan Plan { get; private set; } = FaultPlan.None;

    public void Set(FaultPlan plan)
    {
        lock (_gate)
        {
            Plan = plan;
            _calls.Clear();
        }
    }

    public FaultDraw Draw(string operation)
    {
        lock (_gate)
        {
            var call = _calls[operation] = _calls.GetValueOrDefault(operation) + 1;
            var quiet = Plan.Rates is not { Count: > 0 } || call > Plan.Calls
                || (Plan.Operations is { } only && !only.Contains(operation));
            return new FaultDraw(quiet ? FaultPlan.None : Plan, operation, call);
        }
    }
}
