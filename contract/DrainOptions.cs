using System.ComponentModel.DataAnnotations;

namespace FlashSale.Contract;

/// <summary>How long a planned stop takes.</summary>
public sealed class DrainOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Service";

    /// <summary>
    /// After being told to stop, a service goes on serving this long while it is not ready and closes connections
    /// politely, so that everyone has found another. Seconds; default 0. Longer than it takes the one in front of it to
    /// notice, shorter than the host's patience of 30 s.
    /// </summary>
    [Range(0, 25)]
    public int DrainSeconds { get; set; }
}
