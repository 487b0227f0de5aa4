namespace FlashSale.LoadTest.Crowd;

/// <summary>One shopper's admission as the shopper saw it, for judging the order.</summary>
/// <param name="Stayed">The shopper's first place, and polled all the time as told.</param>
/// <param name="Bot">Taken by a program that hammers.</param>
public readonly record struct SeenAdmission(
    long Number, int Unit, DateTimeOffset RedeemBy, bool Stayed, bool Bot = false);
