namespace FlashSale.Queue;

/// <summary>Why a shopper who asked for it is called: the letters of <c>due.lua</c>.</summary>
public enum CallReason
{
    /// <summary>It is their turn.</summary>
    Turn = 'C',

    /// <summary>They were not there and are passed over; once they are back they go first.</summary>
    PassedOver = 'P',

    /// <summary>The line was begun anew, and they take their place again by coming back.</summary>
    Anew = 'A',

    /// <summary>By forecast it will be their turn soon.</summary>
    Soon = 'S',
}
