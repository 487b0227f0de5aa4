namespace FlashSale.PaymentSimulator.Faults;

/// <summary><c>/sim/faults</c>: what goes wrong from now on.</summary>
public static class FaultRoutes
{
    public static void MapFaults(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sim/faults", (FaultDice dice) => dice.Plan);
        routes.MapPut("/sim/faults", (FaultPlan plan, FaultDice dice) =>
        {
            if (plan.Problem() is { } problem) return Results.Problem(problem, statusCode: 400);
            dice.Set(plan);
            return Results.Ok(plan);
        });
        routes.MapDelete("/sim/faults", (FaultDice dice) =>
        {
            dice.Set(FaultPlan.None);
            return Results.NoContent();
        });
    }
}
