namespace FlashSale.Simulator;

/// <summary>What a shopper does with a unit in the cart.</summary>
public enum CartPlan
{
    Pays,

    /// <summary>The payment is on its way when the pay-by passes.</summary>
    PaysLate,
    LetsItRunOut,
    GivesBack,

    /// <summary>Lets it run out, and joins again.</summary>
    RunsOutAndJoinsAgain,
}
