namespace FlashSale.LoadTest.Chaos;

/// <summary>What a shopper of the chaos crowd wants.</summary>
public enum Wish
{
    Buy,
    BuyWithASecondCard,
    NeverPay,
    GiveBack,
    Leave,

    /// <summary>Holds the token for a part of its time before it goes into the cart.</summary>
    BuySlowly,

    /// <summary>Remembers the token, presents it at about redeem-by, and never pays.</summary>
    PresentLate,
}
