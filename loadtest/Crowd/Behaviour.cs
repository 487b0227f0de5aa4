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
}

/// <summary>How many of the shoppers behave how, as shares; the rest buys.</summary>
public sealed record Mix(double DeclinedOnce, double DeclinedAlways, double NeverPays, double NeverComes, double WandersOff)
{
    /// <summary>The behaviour of a shopper, by a draw from [0, 1).</summary>
    public Behaviour At(double draw)
    {
        foreach (var (share, behaviour) in new[]
        {
            (DeclinedOnce, Behaviour.DeclinedOnce), (DeclinedAlways, Behaviour.DeclinedAlways),
            (NeverPays, Behaviour.NeverPays), (NeverComes, Behaviour.NeverComes), (WandersOff, Behaviour.WandersOff),
        })
        {
            if (draw < share) return behaviour;
            draw -= share;
        }
        return Behaviour.Buys;
    }
}

/// <summary>How a journey ended.</summary>
public enum Ending
{
    Bought,
    SoldOut,

    /// <summary>As the behaviour wanted it: never came, never paid, gave up, wandered off.</summary>
    AsPlanned,

    /// <summary>The server answered what it should not have; <see cref="Tally"/> says what.</summary>
    Failed,
}
