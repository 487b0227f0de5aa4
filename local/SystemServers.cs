using FlashSale.Local.Processes;
using FlashSale.Local.Servers;

using MySqlConnector;

using StackExchange.Redis;

namespace FlashSale.Local;

/// <summary>The database and the Redis of one system: private ones, or those that the environment names.</summary>
public sealed class SystemServers : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly PrivateMariaDb? _mariaDb;
    private readonly PrivateRedis? _redis;
    private readonly MySqlConnectionStringBuilder _mySqlParts;

    public SystemServers(DataFolder data, Secrets secrets)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(secrets);
        Redis = FromEnvironment("FLASHSALE_REDIS") ?? "";
        MySql = FromEnvironment("FLASHSALE_MYSQL") ?? "";
        if (Redis.Length == 0)
        {
            _redis = new PrivateRedis(data.Redis, data.LogOf("redis"), FreePort.Next(), Durability.Full);
            Redis = _redis.ConnectionString;
        }

        if (MySql.Length == 0)
        {
            _mariaDb = new PrivateMariaDb(new MariaDbSettings
            {
                Folder = data.MariaDb,
                LogFile = data.LogOf("mysql"),
                Port = FreePort.Next(),
                Password = secrets.MySqlPassword,
            });
            MySql = _mariaDb.ConnectionString;
        }
        _mySqlParts = ParseMySql(MySql);
        CheckRedis(Redis);
        Watched = [.. Watch()];
    }

    /// <summary>For StackExchange.Redis.</summary>
    public string Redis { get; }

    /// <summary>For MySqlConnector.</summary>
    public string MySql { get; }

    /// <summary>The private ones, which shall always run.</summary>
    public IReadOnlyList<Watched> Watched { get; }

    public RunningRedis RedisState => new(_redis?.Process?.Pid ?? 0, _redis?.Port ?? PortOf(Redis));

    public RunningMySql MySqlState => new(
        _mariaDb?.Process?.Pid ?? 0, (int)_mySqlParts.Port, _mySqlParts.UserID, _mySqlParts.Password, _mySqlParts.Database);

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null) await _redis.DisposeAsync();
        if (_mariaDb is not null) await _mariaDb.DisposeAsync();
    }

    private IEnumerable<Watched> Watch()
    {
        if (_redis is not null)
        {
            yield return new Watched("redis", async cancel =>
            {
                await _redis.StartAsync(cancel);
                return _redis.Process!;
            }, s_patience);
        }

        if (_mariaDb is not null)
        {
            yield return new Watched("mysql", async cancel =>
            {
                await _mariaDb.StartAsync(cancel);
                return _mariaDb.Process!;
            }, s_patience);
        }
    }

    private static string? FromEnvironment(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;

    /// <exception cref="UsageException">No connection string, or one without a server or a database.</exception>
    public static MySqlConnectionStringBuilder ParseMySql(string mySql)
    {
        try
        {
            var parts = new MySqlConnectionStringBuilder(mySql);
            if (parts.Server.Length > 0 && parts.Database.Length > 0) return parts;
        }
        catch (ArgumentException)
        {
            // Told below, as what is missing is.
        }
        throw new UsageException(
            "FLASHSALE_MYSQL must be a connection string: Server=…;Port=…;User ID=…;Password=…;Database=…");
    }

    /// <exception cref="UsageException">No connection string, or one without a server.</exception>
    public static void CheckRedis(string redis)
    {
        try
        {
            if (ConfigurationOptions.Parse(redis).EndPoints.Count > 0) return;
        }
        catch (ArgumentException)
        {
            // Told below, as what is missing is.
        }
        throw new UsageException("FLASHSALE_REDIS must be a connection string: HOST:PORT[,password=…]");
    }

    private static int PortOf(string redis)
    {
        const int defaultPort = 6379;
        return int.TryParse(redis.Split(',')[0].Split(':').Last(), out var port) ? port : defaultPort;
    }
}
