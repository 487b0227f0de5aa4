using CsCheck;

using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Tests.Support;
using FlashSale.WaitingRoom.Pumping;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using StackExchange.Redis;

using Xunit;

namespace FlashSale.Tests.Queue;

/// <summary>
/// The scripts against a line in ten lines of C#: random joins, leaves, absences, returns, admissions, claims and ends.
/// A failure prints its seed; run it again with <c>CsCheck_Seed</c>.
/// </summary>
public sealed class LineModelTests
{
    private enum What { Join, See, Away, Leave, Pump, Redeem, Sell, Release, Miss }

    private static readonly Gen<(What What, int Who)[]> s_steps =
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 7], (what, who) => ((What)what, who)).Array[10, 60];

    [Fact]
    public async Task Invariant3_The_line_does_what_its_model_does()
    {
        using var redis = new LineRedis(
            Options.Create(new LineOptions { Redis = TestRedis.ConnectionString }), NullLogger<LineRedis>.Instance);
        await WaitFor.TrueAsync(() => Task.FromResult(redis.IsConnected), "connected");
        await s_steps.SampleAsync(async steps =>
        {
            var run = new Run(redis);
            await run.BeginAsync();
            foreach (var (what, who) in steps)
            {
                await run.StepAsync(what, who);
                await run.CompareAsync();
            }
        }, iter: 60, threads: 1);
    }

    /// <summary>A number in the model.</summary>
    private sealed class Slot(int who)
    {
        public int Who => who;
        public PlaceState State { get; set; } = PlaceState.Waiting;
        public bool Present { get; set; } = true;
        public bool Returned { get; set; }
    }

    private sealed class Run
    {
        private static readonly string s_edge = "edge";
        private readonly LineRedis _redis;
        private readonly Sale _sale;
        private readonly LineStore _store;
        private readonly LineKeys _keys;
        private readonly Line _line;
        private readonly LineOrdering _ordering = new();
        private readonly List<Slot> _slots = []; // Number n is at n - 1.
        private readonly Dictionary<int, int> _numbers = []; // Who has which number.
        private Term _term = null!;
        private int _head;
        private int _unit;

        public Run(LineRedis redis)
        {
            _redis = redis;
            _sale = new Sale
            {
                Id = SaleId.Parse(Unique.Name()),
                Name = "model",
                Inventory = 1000,
                MaxUnit = 1000,
                Price = new Money(1, "usd"),
                Storefront = StorefrontId.Parse("demo"),
                QueueOpensAt = default,
                StartsAt = default,
                PresenceSeconds = 1000,
                Seed = "",
            };
            _store = new LineStore(_sale.Id, redis);
            _keys = new LineKeys(_sale.Id);
            _line = new Line(redis, Options.Create(new LineOptions { AgainSeconds = 0 }), TimeProvider.System);
        }

        public async Task BeginAsync()
        {
            var run = await _redis.UseAsync(database => database.ScriptEvaluateAsync(
                "return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')"));
            _term = new Term(1, (string)run!, 1);
            Assert.True(await _store.BeginAsync(
                _term, new SaleCommand.Begin(1000, "", 0, 0, LineOrder.Fifo, Started: true, [], default, 0)));
            await LookAsync();
        }

        public async Task StepAsync(What what, int who)
        {
            var number = _numbers.GetValueOrDefault(who);
            var slot = number == 0 ? null : _slots[number - 1];
            switch (what)
            {
                case What.Join: await JoinAsync(who, slot); break;
                case What.Pump: await PumpAsync(who % 4 + 1); break;
                case What.See when slot is not null: await SeeAsync(number, slot); break;
                case What.Away when slot is not null:
                    slot.Present = false;
                    await _redis.UseAsync(database => database.HashDeleteAsync(_keys.Present, LineKeys.Field(Place(number))));
                    break;
                case What.Leave when slot is not null:
                    Assert.True(await _line.LeaveAsync(Ticket(who, number), default));
                    if (slot.State is PlaceState.Waiting or PlaceState.Admitted)
                        (slot.State, slot.Present, slot.Returned) = (PlaceState.Left, false, false);
                    break;
                case What.Redeem when slot?.State == PlaceState.Admitted: await EndAsync(SettlementKind.Hold, number, PlaceState.Redeemed); break;
                case What.Sell when slot?.State == PlaceState.Redeemed: await EndAsync(SettlementKind.Sell, number, PlaceState.Bought); break;
                case What.Release when slot?.State == PlaceState.Redeemed: await EndAsync(SettlementKind.Release, number, PlaceState.Released); break;
                case What.Miss when slot?.State == PlaceState.Admitted: await EndAsync(SettlementKind.Miss, number, PlaceState.Missed); break;
                default: break;
            }
        }

        /// <summary>Who is admitted, in Redis and in the model.</summary>
        public async Task CompareAsync()
        {
            var view = await LookAsync();
            Assert.Equal((_slots.Count, _head), ((int)view.Next, (int)view.Head));
            var entries = await _redis.UseAsync(database => database.HashGetAllAsync(_keys.Admitted));
            Assert.Equal(
                _slots.Select((slot, i) => (slot, i)).Where(one => one.slot.State == PlaceState.Admitted).Select(one => (uint)one.i + 1),
                entries.Select(entry => LineKeys.ParseField(entry.Name!).Number).Order());
            Assert.Equal(_slots.Count(slot => slot.Returned), view.ReturningCount);
        }

        private async Task JoinAsync(int who, Slot? slot)
        {
            var outcome = await _line.JoinAsync(_sale, Shopper(who), Alive(slot) ? Line.NoNumber : slot is null ? 0 : _numbers[who]);
            if (slot?.State == PlaceState.Bought)
            {
                Assert.IsType<JoinOutcome.AlreadyBought>(outcome);
                return;
            }

            var joined = Assert.IsType<JoinOutcome.Joined>(outcome);
            var alive = Alive(slot);
            Assert.Equal(!alive, joined.IsNew);
            if (!alive)
            {
                _slots.Add(new Slot(who));
                _numbers[who] = _slots.Count;
            }

            Assert.Equal((uint)_numbers[who], joined.Place.Number);
        }

        private static bool Alive(Slot? slot) => slot?.State is PlaceState.Waiting or PlaceState.Admitted or PlaceState.Redeemed;

        private async Task SeeAsync(int number, Slot slot)
        {
            await LookAsync();
            var status = (await _line.StatusAsync(Ticket(slot.Who, number), _sale))!.Value;
            Assert.Equal(slot.State, status.State);
            if (slot.State != PlaceState.Waiting) return;
            slot.Present = true;
            slot.Returned = number <= _head;
            if (number > _head) await ReportAsync(LineKeys.Field(Place(number)), 0, 0);
            else Assert.Equal(_slots.Take(number - 1).Count(other => other.Returned), status.Ahead);
        }

        private async Task PumpAsync(int units)
        {
            await ReportAsync();
            var view = await LookAsync();
            var free = Enumerable.Range(_unit + 1, units).ToList();
            _unit += units;
            if (Chooser.Choose(view, _sale, _ordering, free, 4_000_000_000, 1000) is { } choice)
                Assert.All((await _store.AdmitAsync(_term, new SaleCommand.Admit(view, choice)))!, Assert.True);

            foreach (var slot in _slots.Take(_head).Where(slot => slot.Returned))
            {
                if (units == 0) return;
                slot.Returned = false;
                if (slot.Present) (slot.State, units) = (PlaceState.Admitted, units - 1);
            }

            for (; units > 0 && _head < _slots.Count; _head++)
                if (_slots[_head].Present) (_slots[_head].State, units) = (PlaceState.Admitted, units - 1);
        }

        private async Task EndAsync(SettlementKind kind, int number, PlaceState state)
        {
            Assert.True(await _store.SettleAsync(_term, 1000, [new Settlement(kind, Place(number), "1 1 1 1")]));
            _slots[number - 1].State = state;
        }

        private async Task<LineView> LookAsync()
        {
            var view = (await _store.LookAsync(_term, new SaleCommand.Look(100, LineOrder.Fifo, Started: true)))?.View;
            Assert.NotNull(view);
            _line.Set(_sale.Id, new LineBoard
            {
                Epoch = view!.Epoch,
                Next = view.Next,
                Head = view.Head,
                Shuffled = view.Shuffled,
                Horizon = 1000,
            });
            return view;
        }

        private Task<RedisResult> ReportAsync(params RedisValue[] seen) => _redis.RunAsync(
            Script.Report, [_keys.Line, _keys.Present, _keys.Edges], [1000, s_edge, 1_000_000, .. seen]);

        private static Place Place(int number) => new(1000, (uint)number);

        private Ticket Ticket(int who, int number) => new(_sale.Id, Place(number), Shopper(who));

        private static ShopperId Shopper(int who) => ShopperId.TryParse($"shopper-{who}", out var id) ? id : default;
    }
}
