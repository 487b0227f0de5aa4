namespace FlashSale.LoadTest.Crowd;

/// <summary>The requests of a journey, by the names that the report uses.</summary>
public static class JourneyStep
{
    public const string Join = "join";
    public const string Poll = "poll";
    public const string Leave = "leave";
    public const string Claim = "claim";
    public const string Reserve = "reserve";
    public const string Pay = "pay";
    public const string Read = "read";
    public const string GiveBack = "give back";

    /// <summary>To be called while the page sleeps.</summary>
    public const string Ask = "ask";
    public const string Hammer = "hammer";

    /// <summary>No shopper's: the run looks at the operators' numbers.</summary>
    public const string Watch = "watch";
}
