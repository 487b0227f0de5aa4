using System.Globalization;
using System.Text.Json;

using FlashSale.Checkout.Internal;
using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Ledger.Outages;
using FlashSale.Checkout.Reservations;
using FlashSale.Checkout.Sales;
using FlashSale.Contract;
using FlashSale.Tests.Checkout;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Simulation;

/// <summary>
/// A checkout's own code on one session of the database, whose clock therefore can be set: UTC_TIMESTAMP
/// follows the session's <c>timestamp</c>. Nothing runs in the background.
/// </summary>
internal sealed class LedgerSide : IAsyncDisposable
{
    /// <summary>Of an outage is given back at the most: small, so that tests pass it.</summary>
    public static readonly TimeSpan MaxOutage = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;

    private LedgerSide(WebApplication app) => _app = app;

    public LedgerDatabase Ledger => Get<LedgerDatabase>();

    public ReservationTable Reservations => Get<ReservationTable>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <param name="commits">By itself; else what it does is pending until it is told to commit.</param>
    public static async Task<LedgerSide> StartAsync(string database, bool commits)
    {
        var settings = CheckoutHost.Settings(database + ";Maximum Pool Size=1", "http://127.0.0.1:1");
        settings["Ledger:MaxOutageSeconds"] = MaxOutage.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        var side = new LedgerSide(CheckoutHost.Build(settings));
        await side.Get<Migrator>().StartAsync(Cancel);
        await side.Get<Migrator>().Migrated.WaitAsync(Cancel);
        await side.Get<Redeemer>().StartAsync(Cancel);
        if (!commits) await side.RunAsync("SET autocommit = 0");
        return side;
    }

    public async ValueTask DisposeAsync()
    {
        await Get<Redeemer>().StopAsync(default);
        await _app.DisposeAsync();
    }

    public Task<string> VersionAsync() => Ledger.RunAsync(async (connection, stop) =>
    {
        await using var command = new MySqlCommand("SELECT VERSION()", connection);
        return (string)(await command.ExecuteScalarAsync(stop))!;
    }, Cancel);

    public Task<int> RunAsync(string sql) => Ledger.RunAsync(async (connection, stop) =>
    {
        await using var command = new MySqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync(stop);
    }, Cancel);

    private Task<long> CountAsync(string sql) => Ledger.RunAsync(async (connection, stop) =>
    {
        await using var command = new MySqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(stop), CultureInfo.InvariantCulture);
    }, Cancel);

    /// <summary>How many sessions of the server wait for a row now.</summary>
    public Task<int> RowLockWaitsAsync() => Ledger.RunAsync(async (connection, stop) =>
    {
        await using var command = new MySqlCommand(
            "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'", connection);
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        return int.Parse(reader.GetString(1), CultureInfo.InvariantCulture);
    }, Cancel);

    /// <summary>
    /// From now on the session's clock stands at this time. Half a millisecond keeps its double from falling
    /// short.
    /// </summary>
    public Task SetClockAsync(DateTimeOffset now) => RunAsync(string.Create(
        CultureInfo.InvariantCulture, $"SET timestamp = {now.ToUnixTimeMilliseconds()} / 1000 + 0.0005"));

    /// <summary>
    /// One beat of the real pulse, which is over when the pulse begins to wait for the next; whether it ended
    /// an outage.
    /// </summary>
    public async Task<bool> BeatAsync()
    {
        const string outages = "SELECT COUNT(*) FROM ledger_outages";
        var before = await CountAsync(outages);
        var clock = new OneBeat();
        using var pulse = ActivatorUtilities.CreateInstance<Pulse>(_app.Services, clock);
        await pulse.StartAsync(Cancel);
        await clock.Over.WaitAsync(Cancel);
        await pulse.StopAsync(Cancel);
        return await CountAsync(outages) > before;
    }

    public Task<SaleOutcome> ChangeAsync(SaleId sale, JsonElement settings, bool create = false) =>
        Get<SaleStore>().ChangeAsync(TestOperator.Of("simulation"), sale, settings, create, Cancel);

    /// <summary>As the internal route answers it.</summary>
    public async Task<LedgerSnapshot?> PullAsync(DateTimeOffset? since, HeldUnits held, string? revision)
    {
        var sales = await Get<SaleCatalog>().ReadAsync(Cancel);
        return await Get<LedgerReader>().ReadAsync(sales, revision, since, held, Cancel);
    }

    private sealed class OneBeat : FakeTimeProvider
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Over => _over.Task;

        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _over.TrySetResult();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
