namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>What the shopper is told of an attempt, once.</summary>
public enum AttemptOutcome
{
    Undecided = 0,

    /// <summary>201.</summary>
    Sold = 1,

    /// <summary>402.</summary>
    Declined = 2,

    /// <summary>410: the reservation had ended.</summary>
    Ended = 3,
}
