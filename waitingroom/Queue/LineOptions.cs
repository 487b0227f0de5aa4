using System.ComponentModel.DataAnnotations;

namespace FlashSale.Queue;

/// <summary>Where the line lives and how tickets are signed (section <c>Line</c>).</summary>
public sealed class LineOptions
{
    public const string Section = "Line";
    public const int DefaultPollsPerSecond = 5000;

    /// <summary>A StackExchange.Redis connection string.</summary>
    [Required]
    public string Redis { get; set; } = "";

    /// <summary><c>kid:base64,kid:base64</c>: keys of 32 bytes or more; the first signs, all verify.</summary>
    [Required]
    public string TicketKeys { get; set; } = "";

    /// <summary>All who wait together poll less often than this; an edge sets it, by its own settings.</summary>
    public int PollsPerSecond { get; set; } = DefaultPollsPerSecond;
}
