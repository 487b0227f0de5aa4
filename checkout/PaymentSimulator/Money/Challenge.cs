namespace FlashSale.PaymentSimulator.Money;

/// <summary>How the bank's challenge ends.</summary>
public enum Challenge
{
    /// <summary>The shopper proved who they are: the card is asked.</summary>
    Pass,

    /// <summary>They did not, or closed the page: the card is refused.</summary>
    Fail,
}
