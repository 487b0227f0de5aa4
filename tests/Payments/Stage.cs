using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Differences;
using FlashSale.Checkout.Payments.Refunds;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;
using FlashSale.PaymentSimulator.Faults;
using FlashSale.Tests.PaymentSimulator;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;

namespace FlashSale.Tests.Payments;

/// <summary>Two checkouts and a provider on which schedules are played, one after the other.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private const int Units = 2;

    private readonly CrashSite[] _crashes;
    private readonly PaymentsHost[] _checkouts;
    private readonly SimulatorHost _simulator;

    private Stage(SimulatorHost simulator, PaymentsHost[] checkouts, CrashSite[] crashes) =>
        (_simulator, _checkouts, _crashes) = (simulator, checkouts, crashes);

    public static async Task<Stage> SetAsync()
    {
        var simulator = await SimulatorHost.StartAsync(
            "--Simulator:SlowMs=10", "--Simulator:HangMs=300", "--Simulator:WebhookReorderMs=10",
            "--Simulator:ChallengeMs=20", "--Simulator:ChallengeLateMs=60");
        CrashSite[] crashes = [new(), new()];
        string[] settings =
        [
            "--Payments:ReturnUrl=http://127.0.0.1:9/shop/{sale}/order/{reservation}", "--Payments:TryMs=60", "--Payments:CallMs=150", "--Payments:AnswerWithinMs=30", "--Payments:BreakMs=500",
        ];
        PaymentsHost[] checkouts =
        [
            await PaymentsHost.StartAsync(simulator, crashes[0], settings),
            await PaymentsHost.StartAsync(simulator, crashes[1], settings),
        ];
        simulator.SendWebhooksTo(checkouts[0].Url + "/payments/webhooks");
        return new Stage(simulator, checkouts, crashes);
    }

    /// <summary>Plays it, lets everything end, and says what is wrong then, or null.</summary>
    public async Task<string?> PlayAsync(Schedule schedule)
    {
        var cart = await _checkouts[0].CartAsync(schedule.Attempts, units: Units);
        var run = new Run(cart, new FaultPlan(schedule.Seed, schedule.Rates));
        _simulator.Misbehave(run.Plan);
        foreach (var happening in schedule.Events) await PlayAsync(run, happening);
        foreach (var site in _crashes) site.Live();
        await run.RestAsync();
        _simulator.Behave();
        await SettleAsync(run);
        await _simulator.RestAsync(run.Cart.Sale);
        // A webhook that came late may have told of an intent that nobody knew of: it is closed, too.
        if (await OpenAsync(run) > 0) await SettleAsync(run);
        // What the provider has done without us is a difference for a person.
        foreach (var intent in _simulator.Ledger.Payments(run.Cart.Sale))
            await _checkouts[0].Services.GetRequiredService<Reconciler>().LookAtAsync(intent.PaymentIntent, default);
        return await ViolationAsync(run) is { } violation ? violation + "\n" + await DescribeAsync(run) : null;
    }

    /// <summary>What the server has written of them.</summary>
    public IReadOnlyList<string> Deadlocks => Support.Deadlocks.In(_checkouts[0].Ledger.ConnectionString);

    public async ValueTask DisposeAsync()
    {
        foreach (var checkout in _checkouts) await checkout.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    private async Task PlayAsync(Run run, ScheduleEvent happening)
    {
        var checkout = _checkouts[happening.Checkout];
        var id = run.Current[happening.Unit];
        var key = "key" + (happening.Number % 4);
        switch (happening.Act)
        {
            case ScheduleAct.Pay:
                run.Add(PayAsync(checkout, id, key, "pm_card_visa"));
                break;
            case ScheduleAct.PayWithBadCard:
                run.Add(PayAsync(checkout, id, "bad" + key, "pm_card_chargeDeclined"));
                break;
            case ScheduleAct.PayWithChallenge:
                run.Add(PayAsync(checkout, id, "ask" + key, "pm_card_authenticationRequired"));
                break;
            case ScheduleAct.PayOnPage:
                run.Add(PayAsync(checkout, id, "ask" + key, Attempt.HostedPage));
                break;
            case ScheduleAct.CardOnPage:
                var card = happening.Number < 8 ? "pm_card_visa" : happening.Number < 11 ? "pm_card_chargeDeclined"
                    : "pm_card_authenticationRequired";
                foreach (var page in await PagesAsync(id)) await _simulator.PayOnPageAsync(page, card);
                break;
            case ScheduleAct.ChallengePasses or ScheduleAct.ChallengeFails:
                foreach (var intent in IntentsOf(run, id))
                {
                    await _simulator.EndChallengeAsync(intent, happening.Act is ScheduleAct.ChallengePasses
                        ? FlashSale.PaymentSimulator.Money.Challenge.Pass : FlashSale.PaymentSimulator.Money.Challenge.Fail);
                }
                break;
            case ScheduleAct.Continue:
                run.Add(ContinueAsync(checkout, id, "ask" + key));
                break;
            case ScheduleAct.DoubleClick:
                run.Add(PayAsync(checkout, id, key, "pm_card_visa"));
                run.Add(PayAsync(_checkouts[1 - happening.Checkout], id, key, "pm_card_visa"));
                break;
            case ScheduleAct.Cancel:
                await checkout.Reservations.ReleaseAsync(id, ReleaseReason.Cancelled, default);
                break;
            case ScheduleAct.Confirm:
                await checkout.Reservations.ConfirmAsync(id, default);
                break;
            case ScheduleAct.Refund:
                run.Add(AskAsync(() => checkout.Services.GetRequiredService<RefundTable>().BeginAsync(TestOperator.Of("a test"), id, key,
                    new RefundRule(happening.Number < 12 ? RefundUnit.Resell : RefundUnit.Withdraw, happening.Number % 2 == 0),
                    default)));
                break;
            case ScheduleAct.RefundElsewhere:
                foreach (var intent in await IntentsAsync(id)) _simulator.Refund(intent);
                break;
            case ScheduleAct.PayByPasses:
                await MoveAsync(id, "pay_by");
                break;
            case ScheduleAct.Sweep:
                await MoveAsync(id, "pay_by");
                await MoveAsync(id, "release_at");
                await SweepAsync(id);
                break;
            case ScheduleAct.Outage:
                // So that it falls anywhere into what has just begun.
                await Task.Delay(happening.Number);
                _simulator.Misbehave(Fault.ResetAfter);
                break;
            case ScheduleAct.OutageEnds:
                _simulator.Misbehave(run.Plan);
                break;
            case ScheduleAct.CaptureIsOverdue:
                await checkout.ExecuteAsync(
                    """
                    UPDATE payment_attempts FORCE INDEX (one_per_number) SET created_at = created_at - INTERVAL 1 HOUR,
                      counted_from = counted_from - INTERVAL 1 HOUR
                    WHERE due_at IS NOT NULL AND reservation = @id
                    """, ("@id", id));
                break;
            case ScheduleAct.NextShopper:
                await NextShopperAsync(run, happening.Unit);
                break;
            case ScheduleAct.Complete:
                await TurnAsync(run, checkout);
                break;
            case ScheduleAct.Crash:
                _crashes[happening.Checkout].DieAfter(happening.Number);
                break;
            default:
                await run.RestAsync();
                break;
        }
    }

    private static Task PayAsync(PaymentsHost checkout, Guid id, string key, string method) => AskAsync(async () =>
        await checkout.Cashier.PayAsync((await checkout.Reservations.FindAsync(id, default))!, key,
            System.Text.Encoding.UTF8.GetBytes(method.PadRight(32)[..32]), method, null, default));

    private static Task ContinueAsync(PaymentsHost checkout, Guid id, string key) => AskAsync(async () =>
        await checkout.Cashier.ContinueAsync((await checkout.Reservations.FindAsync(id, default))!, key, default));

    /// <summary>A shopper's request; one whose checkout dies while it answers gets no answer.</summary>
    private static async Task AskAsync(Func<Task> request)
    {
        try
        {
            await request();
        }
        catch (CrashException)
        {
            // As for a shopper whose connection was cut.
        }
    }

    /// <summary>Those that the provider has, also where we don't know them yet.</summary>
    private IEnumerable<string> IntentsOf(Run run, Guid id)
    {
        var reservation = new ReservationId(SaleId.Parse(run.Cart.Sale), id).ToString();
        return _simulator.Ledger.Payments(run.Cart.Sale).Where(payment => payment.Reservation == reservation)
            .Select(payment => payment.PaymentIntent);
    }

    private async Task<string[]> IntentsAsync(Guid id) => await _checkouts[0].ScalarAsync<object>(
        "SELECT GROUP_CONCAT(intent) FROM payment_attempts WHERE reservation = @id", ("@id", id)) is string intents
        ? intents.Split(',') : [];

    /// <summary>Those that a shopper can have been sent to: whatever page we don't know, nobody knows.</summary>
    private async Task<string[]> PagesAsync(Guid id) => await _checkouts[0].ScalarAsync<object>(
        "SELECT GROUP_CONCAT(session) FROM payment_attempts WHERE reservation = @id", ("@id", id)) is string pages
        ? pages.Split(',') : [];

    private async Task TurnAsync(Run run, PaymentsHost checkout)
    {
        await ForgetTimeAsync(run);
        try
        {
            await checkout.Completer.TurnAsync(default);
        }
        catch (CrashException)
        {
            // The process that replaces it begins with nothing in hand.
        }
    }

    // By primary key, as the product does: an update along an index could deadlock with a save.
    private async Task ForgetTimeAsync(Run run)
    {
        var due = await _checkouts[0].ScalarAsync<object>(
            """
            SELECT GROUP_CONCAT(HEX(id)) FROM payment_attempts
            WHERE due_at IS NOT NULL AND sale_no = (SELECT no FROM sales WHERE id = @sale)
            """, ("@sale", run.Cart.Sale));
        if (due is not string ids) return;
        foreach (var id in ids.Split(','))
        {
            await _checkouts[0].ExecuteAsync(
                """
                UPDATE payment_attempts FORCE INDEX (PRIMARY) SET due_at = UTC_TIMESTAMP(3), lease_until = UTC_TIMESTAMP(3)
                WHERE id = UNHEX(@id) AND due_at IS NOT NULL
                """, ("@id", id));
        }
    }

    private Task<int> MoveAsync(Guid id, string deadline) => _checkouts[0].ExecuteAsync(
        $"UPDATE reservations FORCE INDEX (PRIMARY) SET {deadline} = UTC_TIMESTAMP(3) - INTERVAL 1 MICROSECOND WHERE id = @id AND state IN (1, 2)",
        ("@id", id));

    private Task<int> SweepAsync(Guid id) => new TestCart(_checkouts[0], "", id).SweepAsync();

    private async Task NextShopperAsync(Run run, int unit)
    {
        var next = Guid.CreateVersion7();
        var added = await _checkouts[0].ExecuteAsync(
            """
            INSERT IGNORE INTO reservations (id, sale_no, unit, shopper, admission, state, live_unit, live_shopper,
              price_amount, price_currency, attempts_allowed, created_at, pay_by, release_at, changed_at)
            SELECT @id, sale_no, unit, @shopper, @shopper, 1, unit, @shopper, price_amount, price_currency,
              attempts_allowed, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 300 SECOND,
              UTC_TIMESTAMP(3) + INTERVAL 303 SECOND, UTC_TIMESTAMP(3)
            FROM reservations WHERE id = @before
            """, ("@id", next), ("@shopper", "s-" + next.ToString("N")), ("@before", run.Current[unit]));
        if (added > 0) run.Took(unit, next);
    }

    /// <summary>Time passes: every attempt comes due again and again, and every unpaid unit's time runs out.</summary>
    private async Task SettleAsync(Run run)
    {
        for (var turn = 0; turn < 60; turn++)
        {
            await TurnAsync(run, _checkouts[turn % 2]);
            foreach (var id in run.Current)
            {
                await MoveAsync(id, "release_at");
                await SweepAsync(id);
            }

            if (await OpenAsync(run) == 0) return;
        }
    }

    private Task<long> OpenAsync(Run run) => _checkouts[0].ScalarAsync<long>(
        """
        SELECT COUNT(*) FROM payment_attempts
        WHERE due_at IS NOT NULL AND sale_no = (SELECT no FROM sales WHERE id = @sale)
        """, ("@sale", run.Cart.Sale));

    private async Task<string?> ViolationAsync(Run run)
    {
        if (await OpenAsync(run) is > 0 and var open) return $"invariant 6: {open} attempts are not final";
        var payments = _simulator.Ledger.Payments(run.Cart.Sale);
        if (payments.Any(payment => payment is { Authorised: true, Captured: 0, Voided: false }))
            return "invariant 5: an authorisation is left";
        var live = new HashSet<int>();
        foreach (var id in run.All)
        {
            var row = (await _checkouts[0].Reservations.FindAsync(id, default))!;
            if (row.IsLive && !live.Add(row.Unit)) return $"invariants 1 and 2: unit {row.Unit} is taken twice";
            if (row.State is ReservationState.Held or ReservationState.Securing)
                return $"invariant 6: unit {row.Unit} is still {row.State}";
            var captures = payments.Where(payment => payment.Reservation == row.PublicId.ToString()
                && payment.Captured > payment.Refunded).ToList();
            var wanted = row.State is ReservationState.Sold && row.SecuredBy is not null ? 1 : 0;
            // Money that went back elsewhere, or did not go back after all: then a person is told.
            if (captures.Count != wanted && row.State is ReservationState.Sold or ReservationState.Refunded or ReservationState.Released
                && await DiffersAsync(row.Id)) continue;
            if (captures.Count != wanted || captures.Any(payment => payment.Captured - payment.Refunded != row.Price.Amount))
                return $"invariant 5: {row.State} with {captures.Count} net captures";
        }

        return null;
    }

    private async Task<bool> DiffersAsync(Guid reservation) => await _checkouts[0].ScalarAsync<long>(
        "SELECT COUNT(*) FROM payment_differences WHERE reservation = @id AND kind IN (1, 2)", ("@id", reservation)) > 0;

    /// <summary>Both books, for whoever has to find out.</summary>
    private async Task<string> DescribeAsync(Run run)
    {
        var lines = _simulator.Ledger.Payments(run.Cart.Sale).Select(payment => "  " + payment).ToList();
        foreach (var id in run.All) lines.Add($"  {await _checkouts[0].Reservations.FindAsync(id, default)}");
        lines.Add(await _checkouts[0].ScalarAsync<string>(
            """
            SELECT GROUP_CONCAT(CONCAT_WS(' ', '  attempt', HEX(a.id), a.number, a.intent, 'state', a.state, 'outcome',
              a.outcome, 'tries', a.tries, 'version', a.version, a.note) SEPARATOR '\n')
            FROM payment_attempts a JOIN sales s ON s.no = a.sale_no WHERE s.id = @sale
            """, ("@sale", run.Cart.Sale)));
        return string.Join('\n', lines);
    }

    /// <summary>A schedule under way.</summary>
    private sealed class Run
    {
        private readonly List<Task> _paying = [];

        public Run(TestCart cart, FaultPlan plan)
        {
            (Cart, Plan) = (cart, plan);
            Current = [.. cart.Ids];
            All = [.. cart.Ids];
        }

        public TestCart Cart { get; }

        public FaultPlan Plan { get; }

        /// <summary>The latest reservation of each unit.</summary>
        public Guid[] Current { get; }

        public List<Guid> All { get; }

        public void Add(Task paying) => _paying.Add(paying);

        public void Took(int unit, Guid id)
        {
            Current[unit] = id;
            All.Add(id);
        }

        public async Task RestAsync()
        {
            await Task.WhenAll(_paying);
            _paying.Clear();
        }
    }
}
