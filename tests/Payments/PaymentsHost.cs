using System.Diagnostics;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Checkout.Reservations;
using FlashSale.PaymentSimulator.Money;
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
            "--Payments:WebhookSecret=" + SimulatorHost.WebhookSecret, "--Payments:CompleterEveryMs=3600000", "--Payments:ProbeEveryMs=60000",
            "--Payments:BackoffMs=1", "--Payments:MaxBackoffMs=10", "--Payments:AnswerWithinMs=10000",
            "--Payments:TryMs=1000", "--Payments:CallMs=3000", .. settings,
        ], builder =>
        {
            if (crashes is not null)
                builder.Services.AddHttpClient(ProviderPipeline.Client).AddHttpMessageHandler(() => new CrashHandler(crashes));
        });
        if (crashes is not null) app.Services.GetRequiredService<AttemptDriver>().BeforeSave = crashes.Pass;
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
            await ExecuteAsync(
                """
                UPDATE payment_attempts FORCE INDEX (one_per_number) SET due_at = UTC_TIMESTAMP(3), lease_until = UTC_TIMESTAMP(3)
                WHERE reservation = @id AND due_at IS NOT NULL
                """, ("@id", cart.Id));
            await Completer.TurnAsync(default);
        }

        throw new InvalidOperationException("an attempt does not become final");
    }

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

/// <summary>A sale with one reservation in it.</summary>
public sealed class TestCart(PaymentsHost host, string sale, params Guid[] ids)
{
    private readonly Guid _id = ids[0];

    public string Sale => sale;

    /// <summary>The first reservation.</summary>
    public Guid Id => _id;

    public IReadOnlyList<Guid> Ids => ids;

    public async Task<Reservation> ReadAsync() => (await host.Reservations.FindAsync(_id, default))!;

    public async Task<PayOutcome> PayAsync(
        string key = "key", string method = "pm_card_visa", PaymentsHost? at = null)
    {
        var checkout = at ?? host;
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(method));
        return await checkout.Cashier.PayAsync(await ReadAsync(), key, hash, method, default);
    }

    /// <summary>The status that the contract gives to paying.</summary>
    public async Task<int> PayStatusAsync(
        string key = "key", string method = "pm_card_visa", PaymentsHost? at = null) =>
        await PayAsync(key, method, at) switch
        {
            PayOutcome.Decided decided => decided.Answer.Status,
            PayOutcome.Undecided => 202,
            PayOutcome.InProgress or PayOutcome.AlreadyBought => 409,
            PayOutcome.KeyReused => 422,
            PayOutcome.Ended => 410,
            PayOutcome.ProviderDown => 503,
            _ => throw new UnreachableException(),
        };

    /// <summary>Pay-by is that far ahead; release-at a grace later.</summary>
    public Task MoveDeadlineAsync(int payByMs, int graceMs = 0) => host.ExecuteAsync(
        """
        UPDATE reservations FORCE INDEX (PRIMARY) SET pay_by = UTC_TIMESTAMP(3) + INTERVAL @pay * 1000 MICROSECOND,
          release_at = UTC_TIMESTAMP(3) + INTERVAL (@pay + @grace) * 1000 MICROSECOND WHERE id = @id
        """, ("@id", _id), ("@pay", payByMs), ("@grace", graceMs));

    /// <summary>What the sweep does to this row.</summary>
    public Task<int> SweepAsync() => host.ExecuteAsync(
        """
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = 4, reason = 1, live_unit = NULL, live_shopper = NULL,
          changed_at = UTC_TIMESTAMP(3)
        WHERE state = 1 AND release_at <= UTC_TIMESTAMP(3) AND id = @id
        """, ("@id", _id));

    public Task<IReadOnlyList<LedgerPayment>> LedgerAsync() => Task.FromResult(host.Simulator.Ledger.Payments(sale));

    /// <summary>Both books, for whoever has to find out.</summary>
    public async Task<string> DescribeAsync()
    {
        var attempts = await host.ScalarAsync<string>(
            """
            SELECT GROUP_CONCAT(CONCAT_WS(' ', 'attempt', HEX(id), intent, 'state', state, 'outcome', outcome, 'tries', tries,
              'version', version, CONVERT(answer_body USING utf8mb4), note) SEPARATOR '\n')
            FROM payment_attempts WHERE reservation = @id
            """, ("@id", _id));
        return $"{await ReadAsync()}\n{string.Join('\n', await LedgerAsync())}\n{attempts}";
    }

    /// <summary>
    /// Invariant 5 and the payments' half of 6: sold means exactly one net capture, anything else none; nothing stays
    /// authorised; every attempt is final.
    /// </summary>
    public async Task<string?> ViolationAsync()
    {
        var row = await ReadAsync();
        var payments = host.Simulator.Ledger.Payments(sale);
        var net = payments.Sum(payment => payment.Captured - payment.Refunded);
        var sold = row.State is ReservationState.Sold;
        if (row.State is ReservationState.Securing) return "still securing";
        if (net != (sold ? row.Price.Amount : 0)) return $"{row.State} with a net capture of {net}";
        if (payments.Count(payment => payment.Captured > payment.Refunded) > 1) return "captured twice";
        if (payments.Any(payment => payment is { Authorised: true, Captured: 0, Voided: false }))
            return "an authorisation is left";
        return await host.OpenAsync(this) > 0 ? "an attempt is not final" : null;
    }
}
