using System.ComponentModel.DataAnnotations;

namespace FlashSale.Checkout.Ledger;

/// <summary>Where the ledger is.</summary>
public sealed class LedgerOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Ledger";

    /// <summary>
    /// A MySqlConnector connection string for MySQL 8.4 or MariaDB 10.11 and newer; names an existing database. Session
    /// settings, formats and timeouts are added by <see cref="LedgerDatabase"/>.
    /// </summary>
    [Required]
    public string MySql { get; set; } = "";

    /// <summary>
    /// At the most so much of an outage is given back to shoppers with a unit in the cart. Seconds; default 600, so that
    /// units that nobody may be waiting for any more are not kept for a day.
    /// </summary>
    [Range(0, 86_400)]
    public int MaxOutageSeconds { get; set; } = 600;
}
