namespace FlashSale.Tests.Payments;

/// <summary>What may happen to a sale with two units.</summary>
public enum ScheduleAct
{
    /// <summary>A shopper pays with a good card, with the same key as before if the number says so.</summary>
    Pay,
    PayWithBadCard,

    /// <summary>With a card whose bank asks the shopper.</summary>
    PayWithChallenge,
    ChallengePasses,
    ChallengeFails,

    /// <summary>On the provider's own page.</summary>
    PayOnPage,

    /// <summary>A card is tried there: a good one, a bad one or one whose bank asks, by the number.</summary>
    CardOnPage,

    /// <summary>The shopper's page says that the bank has asked.</summary>
    Continue,

    /// <summary>The same click twice at once.</summary>
    DoubleClick,
    Cancel,

    /// <summary>The storefront's server says that it took the payment.</summary>
    Confirm,

    /// <summary>An operator has the money go back, with the same key as before if the number says so.</summary>
    Refund,

    /// <summary>Somebody does so in the provider's dashboard.</summary>
    RefundElsewhere,

    /// <summary>Pay-by passes.</summary>
    PayByPasses,

    /// <summary>Release-at passes, and the sweep comes.</summary>
    Sweep,

    /// <summary>Attempts under way should have been captured long ago.</summary>
    CaptureIsOverdue,

    /// <summary>From now on the provider does what it is told and answers nothing.</summary>
    Outage,

    /// <summary>It answers again as the schedule says.</summary>
    OutageEnds,

    /// <summary>A released unit goes to the next shopper.</summary>
    NextShopper,

    /// <summary>Leases and backoffs run out, and a completer works a turn.</summary>
    Complete,

    /// <summary>A checkout dies some lines later.</summary>
    Crash,

    /// <summary>Everything under way comes to rest.</summary>
    Rest,
}
