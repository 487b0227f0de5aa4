using System.ComponentModel.DataAnnotations;

namespace FlashSale.Queue;

/// <summary>Where the line lives and how tickets are signed (section <c>Line</c>).</summary>
public sealed class LineOptions
{
    public const string Section = "Line";
    public const int DefaultPollsPerSecond = 5000;
    public const int MaxAgainSeconds = 3600;

    /// <summary>A StackExchange.Redis connection string.</summary>
    [Required]
    public string Redis { get; set; } = "";

    /// <summary><c>kid:base64,kid:base64</c>: keys of 32 bytes or more; the first signs, all verify.</summary>
    [Required]
    public string TicketKeys { get; set; } = "";

    /// <summary>
    /// Seconds that must pass between two numbers of a shopper who had one before: left it, missed the turn or lost the unit.
    /// Default 20; 0 = none.
    /// </summary>
    [Range(0, MaxAgainSeconds)] public int AgainSeconds { get; set; } = 20;

    /// <summary>All who wait together poll less often than this; an edge sets it, by its own settings.</summary>
    public int PollsPerSecond { get; set; } = DefaultPollsPerSecond;
}
