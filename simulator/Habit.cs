namespace FlashSale.Simulator;

/// <summary>How a shopper behaves in line.</summary>
public enum Habit
{
    /// <summary>Polls when told, claims at once.</summary>
    Obedient,

    /// <summary>The same, in two tabs: joins, polls and claims twice.</summary>
    TwoTabs,

    /// <summary>Stops polling at some time, for ever.</summary>
    WandersOff,

    /// <summary>Stops polling at some time for longer than counts as away, then goes on.</summary>
    ComesBack,

    /// <summary>Leaves at some time; half of these join again.</summary>
    Leaves,

    /// <summary>Claims shortly before, or after, redeem-by.</summary>
    ClaimsLate,

    /// <summary>Claims, and never puts the unit in the cart.</summary>
    NeverRedeems,

    /// <summary>Claims, gives the place up, and uses the token all the same.</summary>
    LeavesWithTheToken,
}
