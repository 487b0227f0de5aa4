namespace FlashSale.Simulator;

/// <summary>How a run ended.</summary>
public enum RunEnd
{
    /// <summary>Nothing fails any more, nothing is promised or in a cart, and whoever waits waits for a unit that is not there.</summary>
    AtRest,

    /// <summary><see cref="Scenario.EndAt"/> came first.</summary>
    OutOfTime,

    /// <summary>The product's code, or the simulator's, threw what nobody caught.</summary>
    Failed,
}
