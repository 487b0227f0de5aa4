using System.Net;
using System.Net.Http.Json;

using FlashSale.Contract;
using FlashSale.LoadTest.Chaos;
using FlashSale.Tests.Checkout;
using FlashSale.Tests.Support;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Survive;

public sealed class LedgerOutageTests
{
    /// <summary>A pulse that is older than this is an outage.</summary>
    private static readonly TimeSpan s_stale = TimeSpan.FromSeconds(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LinkState.Stalled)]
    [InlineData(LinkState.Refusing)]
    public async Task Shoppers_in_carts_get_the_outage_back_and_it_is_on_record(LinkState how)
    {
        await using var world = await LedgerLink.StartAsync();
        // Without the outage's time the cart would be gone when the ledger is back.
        var sale = await world.Host.SaleAsync(1, new { paySeconds = 4, graceSeconds = 1 });
        var (id, token) = await world.Host.HeldAsync(sale, 1);
        var began = TimeProvider.System.GetTimestamp();
        var before = await CartAsync(world, id, token);
        world.Link.Set(how);
        var cut = TimeProvider.System.GetTimestamp();
        await WaitFor.TrueAsync(
            async () => await world.NumberAsync(
                "SELECT COUNT(*) FROM reservations WHERE release_at < UTC_TIMESTAMP(3)") == 1,
            "the cart's time has passed");
        await WaitFor.TrueAsync(
            async () => (await world.Host.Http.GetAsync("/health/ready", Cancel)).StatusCode
                is HttpStatusCode.ServiceUnavailable,
            "the checkout says so");
        var atLeast = TimeProvider.System.GetElapsedTime(cut);
        world.Link.Set(LinkState.Up);

        await WaitFor.TrueAsync(async () => await GivenAsync(world) - before.Given >= atLeast.TotalMilliseconds, "it is on record");
        var after = await CartAsync(world, id, token);
        var given = after.Given - before.Given;
        // From the last pulse before it to the first one after it.
        var atMost = TimeProvider.System.GetElapsedTime(began) + s_stale;
        Assert.InRange(given, (long)atLeast.TotalMilliseconds, (long)atMost.TotalMilliseconds);
        Assert.Equal(given / 1000.0, (after.PayBy - before.PayBy).TotalSeconds, tolerance: 0.01);
        Assert.Equal(1, await world.NumberAsync("SELECT carts FROM ledger_outages ORDER BY given_ms DESC LIMIT 1"));
        var held = await world.Host.SendAsync(HttpMethod.Get, $"/reservations/{id}", null, token);
        Assert.True(
            held.Text("state") == "held"
            || held.Json.GetProperty("serverTime").GetDateTimeOffset() > held.Json.GetProperty("payBy").GetDateTimeOffset(),
            held.Body);

        // And not for ever.
        await WaitFor.TrueAsync(async () => await world.NumberAsync("SELECT COUNT(*) FROM reservations WHERE state = 4") == 1, "released");
        Assert.True(await Audits.IsOkAsync(world.Host, sale));
    }

    [Fact]
    public async Task A_ledger_that_can_be_read_and_not_written_gives_nothing_to_admit_by()
    {
        await using var world = await LedgerLink.StartAsync();
        var sale = await world.Host.SaleAsync(1);
        using var http = new HttpClient { BaseAddress = world.Host.Http.BaseAddress };
        http.DefaultRequestHeaders.Authorization = ServiceKey.Header(CheckoutHost.ServiceKeyText);
        LedgerSnapshot? snapshot = null;
        await WaitFor.TrueAsync(async () => (snapshot = await SnapshotAsync(http)) is not null, "the waiting room is told");
        var earlier = snapshot!.Outage?.Ended ?? DateTimeOffset.MinValue;
        await using (var connection = new MySqlConnection(world.Database))
        {
            await connection.OpenAsync(Cancel);
            await using var transaction = await connection.BeginTransactionAsync(Cancel);
            await using var command = new MySqlCommand(
                "SELECT beat_at FROM ledger_pulse WHERE id = 1 FOR UPDATE", connection, transaction);
            await command.ExecuteScalarAsync(Cancel);
            await WaitFor.TrueAsync(async () => await SnapshotAsync(http) is null, "the waiting room is told nothing");
            await WaitFor.TrueAsync(async () => await AboutToGiveBackAsync(world) == 1, "it is about to be called an outage");
            Assert.Equal(200, (await world.Host.AdminAsync(HttpMethod.Get, $"/sales/{sale}")).Status);
        }

        await WaitFor.TrueAsync(async () => (snapshot = await SnapshotAsync(http)) is not null, "it is told again");
        Assert.True(snapshot!.Outage!.Ended > earlier);
        Assert.InRange((snapshot.Outage.Ended - snapshot.Outage.Began).TotalSeconds, 2, 120);
        Assert.True(snapshot.Outage.Ended <= snapshot.AsOf);
    }

    private static async Task<LedgerSnapshot?> SnapshotAsync(HttpClient http)
    {
        using var answer = await http.GetAsync("/internal/ledger", Cancel);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadFromJsonAsync<LedgerSnapshot>(Wire.Json, Cancel)
            : null;
    }

    [Fact]
    public async Task Two_checkouts_give_an_outage_back_once_and_no_more_than_the_bound()
    {
        await using var world = await LedgerLink.StartAsync();
        await using var second = await CheckoutHost.StartAsync(world.Host.Database);
        var sale = await world.Host.SaleAsync(1, new { paySeconds = 100, graceSeconds = 1 });
        var (id, token) = await world.Host.HeldAsync(sale, 1);
        var before = await CartAsync(world, id, token);
        await using (var connection = new MySqlConnection(world.Database))
        {
            await connection.OpenAsync(Cancel);
            await using var transaction = await connection.BeginTransactionAsync(Cancel);
            await using var hold = new MySqlCommand(
                "SELECT beat_at FROM ledger_pulse WHERE id = 1 FOR UPDATE", connection, transaction);
            await hold.ExecuteScalarAsync(Cancel);
            await WaitFor.TrueAsync(async () => await AboutToGiveBackAsync(world) == 2, "both are about to give it back");
            await using var age = new MySqlCommand(
                "UPDATE ledger_pulse SET beat_at = beat_at - INTERVAL 1 DAY", connection, transaction);
            await age.ExecuteNonQueryAsync(Cancel);
            await transaction.CommitAsync(Cancel);
        }

        // A busy machine may have outages of its own, which are short.
        const string TheDay = "SELECT COUNT(*) FROM ledger_outages WHERE ended_at > began_at + INTERVAL 1 DAY";
        await WaitFor.TrueAsync(async () => await world.NumberAsync(TheDay) > 0, "it is on record");
        var after = await CartAsync(world, id, token);
        Assert.Equal((after.Given - before.Given) / 1000.0, (after.PayBy - before.PayBy).TotalSeconds, tolerance: 0.01);

        // Whoever was second has looked when both have stopped.
        await second.App.StopAsync(Cancel);
        await world.Host.App.StopAsync(Cancel);
        Assert.Equal(1, await world.NumberAsync(TheDay));
        Assert.Equal(600_000, await world.NumberAsync("SELECT MAX(given_ms) FROM ledger_outages"));
    }

    /// <summary>How many checkouts wait for the pulse, which they have found stale.</summary>
    private static Task<long> AboutToGiveBackAsync(LedgerLink world) => world.NumberAsync(
        """
        SELECT COUNT(*) FROM information_schema.processlist
        WHERE db = DATABASE() AND id <> CONNECTION_ID()
          AND info LIKE 'SELECT beat_at, UTC_TIMESTAMP(3) FROM ledger_pulse %'
        """);

    [Fact]
    public async Task Invariant7_A_reservation_whose_COMMIT_was_not_acknowledged_is_answered_as_what_it_is()
    {
        await using var world = await LedgerLink.StartAsync();
        var sale = await world.Host.SaleAsync(60);
        for (var unit = 1; unit <= 60; unit++)
        {
            // The statement goes through and its answer does not: cut at ever another moment of the round trip.
            var token = world.Host.Tokens.Sign(sale, unit);
            var asking = world.Host.ReserveAsync(sale, token);
            await Task.Delay(TimeSpan.FromMilliseconds(unit % 12), Cancel);
            world.Link.DropAnswers();
            var first = await asking;
            Assert.True(first.Status is 200 or 201 or 503, $"{first.Status} {first.Body}");
            Checkout.CheckoutAnswer again = null!;
            await WaitFor.TrueAsync(
                async () => (again = await world.Host.ReserveAsync(sale, token)).Status != 503,
                "a known outcome");
            Assert.True(again.Status == 200 || (again.Status == 201 && first.Status == 503), $"{again.Status} {again.Body}");
            if (first.Status != 503) Assert.Equal(first.Text("id"), again.Text("id"));
        }

        Assert.Equal(60, await world.NumberAsync("SELECT COUNT(*) FROM reservations WHERE state = 1"));
        Assert.True(await Audits.IsOkAsync(world.Host, sale));
    }

    [Fact]
    public async Task Out_of_connections_is_an_answer_and_ends_with_its_cause()
    {
        await using var world = await LedgerLink.StartAsync();
        var sale = await world.Host.SaleAsync(4);
        await world.Host.HeldAsync(sale, 1);
        world.Link.MostConnections = 0;
        world.Link.Reset();
        var refused = await world.Host.ReserveAsync(sale, world.Host.Tokens.Sign(sale, 2));
        Assert.Equal((503, "unavailable"), (refused.Status, refused.Text("code")));
        world.Link.MostConnections = 1;
        await WaitFor.TrueAsync(async () =>
            (await world.Host.ReserveAsync(sale, world.Host.Tokens.Sign(sale, 3))).Status is 201, "one connection is enough");
        world.Link.MostConnections = FaultProxy.MaxConnections;
        await WaitFor.TrueAsync(async () =>
            (await world.Host.Http.GetAsync("/health/ready", Cancel)).IsSuccessStatusCode, "ready again");
        Assert.True(await Audits.IsOkAsync(world.Host, sale));
    }

    [Fact]
    public async Task A_slow_ledger_is_waited_for()
    {
        await using var world = await LedgerLink.StartAsync();
        var sale = await world.Host.SaleAsync(1);
        world.Link.Delay = TimeSpan.FromMilliseconds(300);
        Assert.Equal(201, (await world.Host.ReserveAsync(sale, world.Host.Tokens.Sign(sale, 1))).Status);
    }

    /// <summary>Milliseconds of all outages; of a busy machine too, which may keep a checkout from its pulse for too long.</summary>
    private static Task<long> GivenAsync(LedgerLink world) =>
        world.NumberAsync("SELECT COALESCE(SUM(given_ms), 0) FROM ledger_outages");

    /// <summary>A cart's time, and what had been given back by then.</summary>
    private static async Task<(DateTimeOffset PayBy, long Given)> CartAsync(LedgerLink world, string id, string token)
    {
        var (payBy, given) = (default(DateTimeOffset), -1L);
        await WaitFor.TrueAsync(async () =>
        {
            given = await GivenAsync(world);
            payBy = await PayByAsync(world, id, token);
            return given == await GivenAsync(world);
        }, "no outage ends in between");
        return (payBy, given);
    }

    private static async Task<DateTimeOffset> PayByAsync(LedgerLink world, string id, string token)
    {
        DateTimeOffset payBy = default;
        await WaitFor.TrueAsync(async () =>
        {
            var read = await world.Host.SendAsync(HttpMethod.Get, $"/reservations/{id}", null, token);
            if (read.Status == 200) payBy = read.Json.GetProperty("payBy").GetDateTimeOffset();
            return read.Status == 200;
        }, "the reservation is read");
        return payBy;
    }
}
