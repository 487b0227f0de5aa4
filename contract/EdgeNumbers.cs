namespace FlashSale.Contract;

/// <summary>An edge as it reports itself to the line.</summary>
/// <param name="Name">Its machine and process.</param>
/// <param name="SeenMsAgo">By Redis' clock. Above <see cref="LiveMs"/> it counts as gone.</param>
public sealed record EdgeNumbers(string Name, string Version, double JoinsPerSecond, double PollsPerSecond, long SeenMsAgo)
{
    /// <summary>An edge that has not reported for this long is gone; its shoppers poll another.</summary>
    public const long LiveMs = 3000;
}
