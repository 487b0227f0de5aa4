using System.ComponentModel.DataAnnotations;

namespace FlashSale.Queue;

/// <summary>Where the line lives and how tickets are signed (section <c>Line</c>).</summary>
public sealed class LineOptions
{
    public const string Section = "Line";

    /// <summary>A StackExchange.Redis connection string.</summary>
    [Required]
    public string Redis { get; set; } = "";

    /// <summary><c>kid:base64,kid:base64</c>: keys of 32 bytes or more; the first signs, all verify.</summary>
    [Required]
    public string TicketKeys { get; set; } = "";

    /// <summary>
    /// All waiting shoppers of this edge together poll less often than this (<c>Gateway:PollsPerSecond</c>).
    /// </summary>
    [Range(1, 1_000_000)]
    public int PollsPerSecond { get; set; } = 5000;
}
