using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Checkout.Reservations;
using FlashSale.Tests.PaymentSimulator;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

using MySqlConnector;

namespace FlashSale.Tests.Payments;

/// <summary>
/// A checkout with a simulator and a ledger of its own, in this process. Its completer works only when told (<see cref="SettleAsync"/>), unless it is asked to run.
/// </summary>
public sealed class PaymentsHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _ownsSimulator;

    private PaymentsHost(WebApplication app, SimulatorHost simulator, bool ownsSimulator)
    {
        (_app, Simulator, _ownsSimulator) = (app, simulator, ownsSimulator);
        Ledger = _app.Services.GetRequiredService<LedgerDatabase>();
        Reservations = _app.Services.GetRequiredService<ReservationTable>();
        Attempts = _app.Services.GetRequiredService<AttemptTable>();
        Completer = _app.Services.GetRequiredService<Completer>();
        Cashier = _app.Services.GetRequiredService<Cashier>();
    }

    public SimulatorHost Simulator { get; }

    public LedgerDatabase Ledger { get; }

    public ReservationTable Reservations { get; }

    internal AttemptTable Attempts { get; }

    public Completer Completer { get; }

    public Cashier Cashier { get; }

    public string Url => _app.Urls.First();

    public IServiceProvider Services => _app.Services;

    /// <param name="simulator">Another checkout's, to have several over one provider.</param>
    public static Task<PaymentsHost> StartAsync(SimulatorHost? simulator = null, params string[] settings) =>
        StartAsync(simulator, null, settings);

    internal static async Task<PaymentsHost> StartAsync(
        SimulatorHost? simulator, CrashSite? crashes, params string[] settings)
    {
        var provider = simulator ?? await SimulatorHost.StartAsync();
        var app = FlashSale.Checkout.Program.Build(
        [
            "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Error", "--Service:Key=" + new string('k', 32),
            "--Ledger:MySql=" + await provider.LedgerAsync(), "--Checkout:WaitingRoomUrl=http://127.0.0.1:9",
            "--Admission:Issuer=flashsale", "--Admission:JwksUrl=http://127.0.0.1:9/jwks",
            "--Operators:AdminKeyHash=" + new string('0', 64),
            "--Payments:StripeApiBase=" + provider.Url, "--Payments:StripeApiKey=" + SimulatorHost.ApiKey,
            "--Payments:WebhookSecret=" + SimulatorHost.WebhookSecret, "--Payments:CompleterEveryMs=3600000", "--Payments:ProbeEveryMs=60000", "--Payments:LookEveryMs=60000",
            "--Payments:BackoffMs=1", "--Payments:MaxBackoffMs=10", "--Payments:AnswerWithinMs=10000",
            "--Payments:TryMs=1000", "--Payments:CallMs=3000", .. settings,
        ], builder =>
        {
            if (crashes is not null)
                builder.Services.AddHttpClient(ProviderPipeline.Client).AddHttpMessageHandler(() => new CrashHandler(crashes));
        });
        if (crashes is not null) app.Services.GetRequiredService<AttemptTable>().BeforeSave = crashes.Pass;
        await app.StartAsync();
        await app.Services.GetRequiredService<Migrator>().Migrated;
        return new PaymentsHost(app, provider, simulator is null);
    }

    /// <summary>A new sale with units in carts, each of another shopper.</summary>
    public async Task<TestCart> CartAsync(int attempts = 3, int paySeconds = 300, int graceSeconds = 3, int units = 1)
    {
        var sale = Unique.Name();
        await ExecuteAsync(
            """
            INSERT INTO sales (id, name, inventory, max_unit, price_amount, price_currency, storefront, queue_opens_at,
              starts_at, line_order, identity_rule, admit_per_second, claim_seconds, pay_seconds, payment_attempts,
              presence_seconds, grace_seconds, paused, seed)
            VALUES (@sale, @sale, 10, 10, 99900, 'usd', 'demo', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), 0, 0, 200, 120, @pay,
              @attempts, 60, @grace, 0, REPEAT('x', 32))
            """, ("@sale", sale), ("@attempts", attempts), ("@pay", paySeconds), ("@grace", graceSeconds));
        var ids = Enumerable.Range(0, units).Select(_ => Guid.CreateVersion7()).ToArray();
        for (var unit = 1; unit <= units; unit++)
        {
            await ExecuteAsync(
                """
                INSERT INTO reservations (id, sale_no, unit, shopper, admission, state, live_unit, live_shopper,
                  price_amount, price_currency, attempts_allowed, created_at, pay_by, release_at, changed_at)
                SELECT @id, no, @unit, @shopper, @shopper, 1, @unit, @shopper, price_amount, price_currency,
                  payment_attempts, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL @pay SECOND,
                  UTC_TIMESTAMP(3) + INTERVAL @pay + @grace SECOND, UTC_TIMESTAMP(3)
                FROM sales WHERE id = @sale
                """,
                ("@sale", sale), ("@id", ids[unit - 1]), ("@unit", unit), ("@shopper", $"shopper-{unit}"),
                ("@pay", paySeconds), ("@grace", graceSeconds));
        }

        return new TestCart(this, sale, ids);
    }

    /// <summary>Runs the completer until nothing of the sale is open; the clock of backoffs and leases is moved on.</summary>
    public async Task SettleAsync(TestCart cart)
    {
        for (var turns = 0; turns < 200; turns++)
        {
            if (await OpenAsync(cart) == 0) return;
            await MakeDueAsync(cart);
            await Completer.TurnAsync(default);
        }

        throw new InvalidOperationException("an attempt does not become final");
    }

    /// <summary>What is open of the cart is due now, and nobody's: backoffs and leases are over.</summary>
    public Task<int> MakeDueAsync(TestCart cart) => ExecuteAsync(
        """
        UPDATE payment_attempts FORCE INDEX (one_per_number) SET due_at = UTC_TIMESTAMP(3), lease_until = UTC_TIMESTAMP(3)
        WHERE reservation = @id AND due_at IS NOT NULL
        """, ("@id", cart.Id));

    public Task<long> OpenAsync(TestCart cart) => ScalarAsync<long>(
        "SELECT COUNT(*) FROM payment_attempts WHERE reservation = @id AND due_at IS NOT NULL", ("@id", cart.Id));

    public Task<int> ExecuteAsync(string sql, params (string Name, object? Value)[] with) =>
        Ledger.RunAsync(async (connection, cancel) =>
        {
            await using var command = Command(connection, sql, with);
            return await command.ExecuteNonQueryAsync(cancel);
        }, default);

    public Task<T> ScalarAsync<T>(string sql, params (string Name, object? Value)[] with) =>
        Ledger.RunAsync(async (connection, cancel) =>
        {
            await using var command = Command(connection, sql, with);
            return (T)(await command.ExecuteScalarAsync(cancel))!;
        }, default);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownsSimulator) await Simulator.DisposeAsync();
    }

    private static MySqlCommand Command(MySqlConnection connection, string sql, (string Name, object? Value)[] with)
    {
        var command = new MySqlCommand(sql, connection);
        foreach (var (name, value) in with) command.Parameters.AddWithValue(name, value);
        return command;
    }
}
