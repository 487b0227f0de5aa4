namespace FlashSale.LoadTest.Crowd;

/// <summary>What a shopper does when it is their turn, or before.</summary>
public enum Behaviour
{
    /// <summary>Claims, reserves and pays.</summary>
    Buys,

    /// <summary>The first card is declined, the second is good.</summary>
    DeclinedOnce,

    /// <summary>Every card is declined, until no attempt is left.</summary>
    DeclinedAlways,

    /// <summary>Puts the unit in the cart and never pays.</summary>
    NeverPays,

    /// <summary>Polls, but never claims when called.</summary>
    NeverComes,

    /// <summary>Joins and is never seen again: away, so passed over.</summary>
    WandersOff,

    /// <summary>Leaves the line after a few polls.</summary>
    GivesUp,

    /// <summary>Puts the unit in the cart, looks at it, gives it back.</summary>
    GivesBack,

    /// <summary>Joins, is away for longer than the line waits for anyone, comes back and buys.</summary>
    ComesBackLate,

    /// <summary>Clicks every button twice, at once.</summary>
    DoubleClicks,

    /// <summary>Joins again between the polls, sooner than told, as a browser does on F5.</summary>
    Refreshes,

    /// <summary>Has three tabs open that all do everything, each with a payment key of its own.</summary>
    ManyTabs,

    /// <summary>
    /// Asks to be called, is not seen before the phone rings, comes some seconds later and buys; where nobody is called they
    /// stay awake.
    /// </summary>
    Sleeps,

    /// <summary>A program that joins, polls and claims without a pause, whatever it is told.</summary>
    Hammers,
}
