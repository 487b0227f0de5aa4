using FlashSale.Local.Processes;

namespace FlashSale.Local.Servers;

/// <summary>
/// Which programs private servers are started from: those that <see cref="Variable"/> names, else what is installed, MariaDB
/// before MySQL and Redis before Valkey.
/// </summary>
public static class ServerPrograms
{
    /// <summary>
    /// Names, separated by commas: <c>mysql</c>, <c>mariadb</c>, <c>redis</c>, <c>valkey</c>; with a version
    /// (<c>mysql-9.7</c>) one that <c>deploy/servers/unpack</c> has put beside the installed ones.
    /// </summary>
    public const string Variable = "FLASHSALE_WITH";

    private const string Unpacked = "artifacts/servers";

    private static readonly Kind[] s_ledgers = [new("mariadb", "mariadbd", "mariadb-server"), new("mysql", "mysqld", "mysql-server")];

    private static readonly Kind[] s_lines = [new("redis", "redis-server", "redis-server"), new("valkey", "valkey-server", "valkey-server")];

    /// <summary>The database's program, and what makes its system tables; null: the program itself does.</summary>
    /// <exception cref="MissingServerException">Neither installed nor unpacked.</exception>
    public static (string Server, string? Installer) Ledger()
    {
        var (kind, server) = Find(s_ledgers);
        if (kind.Name == "mysql") return (server, null);
        var beside = Path.Combine(Path.GetDirectoryName(server)!, "mariadb-install-db");
        return (server, File.Exists(beside) ? beside : Programs.Find("mariadb-install-db"));
    }

    /// <summary>The program of the line's server.</summary>
    /// <exception cref="MissingServerException">Neither installed nor unpacked.</exception>
    public static string Line() => Find(s_lines).Program;

    /// <summary>What is wrong with such a list of names, or null.</summary>
    public static string? Complaint(string names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var unknown = Split(names).FirstOrDefault(name => !s_ledgers.Concat(s_lines).Any(kind => kind.IsMeantBy(name)));
        return unknown is null ? null : $"{unknown} is none of mysql, mariadb, redis, valkey (with a version: mysql-9.7)";
    }

    private static (Kind Kind, string Program) Find(Kind[] kinds)
    {
        var names = Split(Environment.GetEnvironmentVariable(Variable) ?? "");
        foreach (var kind in kinds)
        {
            if (names.FirstOrDefault(kind.IsMeantBy) is not { } name) continue;
            return (kind, (name == kind.Name ? Installed(kind) : null) ?? OfUnpacked(kind, name)
                ?? throw new MissingServerException(kind.Program, kind.Package, $"or deploy/servers/unpack {kind.Name}"));
        }

        foreach (var kind in kinds) if (Installed(kind) is { } program) return (kind, program);
        throw new MissingServerException(kinds[0].Program, kinds[0].Package);
    }

    /// <summary>Distributions let one be called by the other's name too: their mysqld may be MariaDB.</summary>
    private static string? Installed(Kind kind)
    {
        if (Programs.Find(kind.Program) is not { } program) return null;
        var real = File.ResolveLinkTarget(program, returnFinalTarget: true)?.Name;
        return s_ledgers.Concat(s_lines).Any(other => other != kind && other.Program == real) ? null : program;
    }

    /// <summary>The newest when the name has no version.</summary>
    private static string? OfUnpacked(Kind kind, string name)
    {
        var folder = Path.Combine(Repository.Root, Unpacked);
        if (!Directory.Exists(folder)) return null;
        return Directory.GetDirectories(folder, kind.Name + "-*")
            .Where(one => name == kind.Name || Path.GetFileName(one) == name)
            .OrderByDescending(one => Version.TryParse(Path.GetFileName(one)[(kind.Name.Length + 1)..], out var version) ? version : null)
            .Select(one => Path.Combine(one, "bin", kind.Program)).FirstOrDefault(File.Exists);
    }

    private static string[] Split(string names) =>
        names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private sealed record Kind(string Name, string Program, string Package)
    {
        public bool IsMeantBy(string name) => name == Name || name.StartsWith(Name + "-", StringComparison.Ordinal);
    }
}
