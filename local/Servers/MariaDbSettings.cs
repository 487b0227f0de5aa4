using FlashSale.Local.Hosts;

namespace FlashSale.Local.Servers;

/// <summary>Where a <see cref="PrivateMariaDb"/> lives and who may use it.</summary>
public sealed record MariaDbSettings
{
    public required string Folder { get; init; }

    public required string LogFile { get; init; }

    /// <summary>The same at every start, so that clients find it again.</summary>
    public required int Port { get; init; }

    public required string Password { get; init; }

    public Host Host { get; init; } = Host.Local;

    /// <summary>Where its user may come from, as a host of a GRANT (<c>%</c> is a wildcard).</summary>
    public string From { get; init; } = "127.0.0.1";

    public string User { get; init; } = "flashsale";

    /// <summary>Made at the first start.</summary>
    public string Database { get; init; } = "flashsale";

    /// <summary>The databases the user may use, as a GRANT pattern (<c>_</c> and <c>%</c> are wildcards).</summary>
    public string GrantPattern { get; init; } = "flashsale";

    /// <summary>SQL that the administrator runs at every start, after the database and the user are there.</summary>
    public string InitSql { get; init; } = "";

    /// <summary>Further arguments of the server; they win.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public Durability Durability { get; init; } = Durability.Full;
}
