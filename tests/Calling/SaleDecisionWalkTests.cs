using CsCheck;

using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Calling;

/// <summary>
/// A leader on a line and a ledger of a few lines each: answers are lost before or after something was done, Redis is
/// emptied, other leaders come, carts commit late. A failure prints its seed; run it again with <c>CsCheck_Seed</c>.
/// </summary>
public sealed class SaleDecisionWalkTests
{
    private enum What
    {
        Tick, TickLostBefore, TickLostAfter, TickRefused, TellChanges, TellAll, TellLost, Empty, NewLeader, NewTerm, Redeem, End,
        Leave, Wait,
    }

    /// <summary>Mostly what gets on, so that there are promises when something breaks.</summary>
    private static readonly Gen<What> s_what = Gen.Frequency(
        (6, Gen.Const(What.Tick)), (4, Gen.Const(What.TellAll)), (3, Gen.Const(What.TellChanges)), (4, Gen.Const(What.Redeem)),
        (2, Gen.Const(What.End)), (3, Gen.Const(What.Wait)), (1, Gen.Const(What.Leave)), (4, Gen.Enum<What>()));

    [Fact]
    public void Invariant1_Whatever_is_lost_no_unit_is_promised_that_is_promised_or_taken() =>
        Gen.Select(s_what, Gen.Int[0, 11]).Array[5, 60].Sample(steps =>
        {
            var run = new Run();
            foreach (var (what, who) in steps)
            {
                run.Step(what, who);
                run.Check();
            }

            run.CheckAtRest();
        }, iter: 2000, print: steps => string.Join(", ", steps.Select(step => $"{step.Item1} {step.Item2}")));

    private enum Fate { Fine, LostBefore, LostAfter, Refused }

    private sealed class Run
    {
        private readonly Sale _sale = Given.Sale(3) with { ClaimSeconds = 1 };

        // Redis.
        private uint _epoch;
        private string _past = "";
        private long _recoverUntil, _blockedUntil, _head, _next;
        private readonly Dictionary<Place, AdmittedPlace> _admitted = [], _held = [];
        private readonly List<Place> _freed = [];

        // The ledger, and what was ever given to anybody, whoever remembers it.
        private readonly List<(LedgerUnit Unit, double SeenFrom)> _rows = [];
        private readonly List<AdmittedPlace> _given = [];
        private readonly HashSet<Place> _left = [];

        private SaleState _state = SaleState.Start(isNew: true, Given.At(0));
        private double _seconds, _told;

        public void Step(What what, int who)
        {
            var given = _given.Count == 0 ? null : _given[^(who % _given.Count + 1)];
            switch (what)
            {
                case What.Tick: Tick(Fate.Fine); break;
                case What.TickLostBefore: Tick(Fate.LostBefore); break;
                case What.TickLostAfter: Tick(Fate.LostAfter); break;
                case What.TickRefused: Tick(Fate.Refused); break;
                case What.TellChanges: Tell(full: false, Fate.Fine); break;
                case What.TellAll: Tell(full: true, Fate.Fine); break;
                case What.TellLost: Tell(full: true, who % 2 == 0 ? Fate.LostBefore : Fate.LostAfter); break;
                case What.Empty: Empty(); break;
                case What.NewTerm: Work(new SaleInput.NewTerm(), Fate.Fine); break;
                case What.NewLeader: _state = SaleState.Start(isNew: false, Given.At(_seconds)); break;
                case What.Redeem when given is not null: Redeem(given, who); break;
                case What.End when given is not null: End(given, who % 2 == 0 ? UnitState.Sold : UnitState.Released); break;
                // Without a claim, so without a token.
                case What.Leave when given is not null && !IsRedeemed(given) && _admitted.Remove(given.Place):
                    _left.Add(given.Place);
                    _freed.Add(given.Place);
                    break;
                case What.Wait: _seconds += 0.05 + who * 0.4; break;
                default: break;
            }
        }

        public void Check()
        {
            var taken = Live.Select(row => row.Unit).ToList();
            taken.AddRange(_given.Where(one => CanRedeem(one)).Select(one => one.Unit));
            Assert.Distinct(taken);
            Assert.True(taken.Count <= _sale.Inventory);
        }

        /// <summary>Nothing leaks: when all is over, what is neither in a cart nor sold is given again.</summary>
        public void CheckAtRest()
        {
            for (var i = 0; i < 4; i++)
            {
                _seconds += 10;
                Tell(full: true, Fate.Fine);
                Tick(Fate.Fine);
            }

            Tell(full: true, Fate.Fine);
            Tick(Fate.Fine);
            Assert.IsType<LineEpoch.Running>(_state.Line);
            Assert.Equal(_sale.Inventory, _state.Book.AdmittedCount + Live.Count());
            Assert.Equal(Live.Count(row => row.State == UnitState.Held), _state.Book.HeldCount);
            Assert.Equal(_state.Book.AdmittedCount, _admitted.Count);
            Check();
        }

        private IEnumerable<LedgerUnit> Live => _rows.Select(row => row.Unit).Where(row => row.State is not UnitState.Released);

        private bool CanRedeem(AdmittedPlace given) =>
            !_left.Contains(given.Place) && _seconds < given.RedeemBy - Given.StartSeconds && !IsRedeemed(given);

        private bool IsRedeemed(AdmittedPlace given) =>
            _rows.Exists(row => row.Unit.Admission == AdmittedPlace.Id(given.Place, given.Unit));

        private void Redeem(AdmittedPlace given, int who)
        {
            if (!CanRedeem(given) || Live.Any(row => row.Unit == given.Unit)) return;
            _rows.Add((Given.Row(given.Unit, UnitState.Held, given.Place), _seconds + who * 0.09));
        }

        private void End(AdmittedPlace given, UnitState state)
        {
            var at = _rows.FindIndex(row => row.Unit.Admission == AdmittedPlace.Id(given.Place, given.Unit));
            if (at >= 0 && _rows[at].Unit.State == UnitState.Held && _rows[at].SeenFrom <= _seconds)
                _rows[at] = (_rows[at].Unit with { State = state }, _seconds);
        }

        private void Empty()
        {
            (_epoch, _past, _recoverUntil, _blockedUntil, _head, _next) = (0, "", 0, 0, 0, 0);
            _admitted.Clear();
            _held.Clear();
            _freed.Clear();
        }

        private void Tick(Fate fate) => Work(new SaleInput.Tick(_sale), fate);

        private void Tell(bool full, Fate fate)
        {
            // Changes are since the last answer that was taken; a real one looks further back.
            var since = full ? double.MinValue : _told - 2;
            List<LedgerUnit> rows =
                [.. _rows.Where(row => row.SeenFrom <= _seconds && row.SeenFrom > since).Select(row => row.Unit)];
            _told = _seconds;
            var snapshot = new LedgerSnapshot(Given.At(_seconds).Ledger, "r1", null, rows);
            Work(new SaleInput.Told(_sale, rows, snapshot, full, Given.At(_seconds).Machine, RecoverySeconds: 1), fate);
        }

        private void Work(SaleInput input, Fate fate)
        {
            while (true)
            {
                (_state, var command) = SaleDecision.Decide(_state, input, Given.At(_seconds, _seconds - _told));
                if (command is null) return;
                // What changes something is lost or refused; looking is what an outage ends with.
                var hit = command is SaleCommand.Look or SaleCommand.Load ? Fate.Fine : fate;
                var answer = hit is Fate.Fine or Fate.LostAfter ? Do(command) : null;
                input = hit switch
                {
                    Fate.Fine => answer!,
                    Fate.Refused => Refused(command),
                    _ => new SaleInput.Lost(),
                };
            }
        }

        private static SaleInput Refused(SaleCommand command) => command switch
        {
            SaleCommand.Settle settle => new SaleInput.Settled(settle, false),
            SaleCommand.Begin begin => new SaleInput.Begun(begin, false),
            SaleCommand.Admit admit => new SaleInput.Admitted(admit, null),
            _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };

        private SaleInput Do(SaleCommand command)
        {
            switch (command)
            {
                case SaleCommand.Look look:
                    if (_epoch == 0) return new SaleInput.ShownNone();
                    _next = _head + 5;
                    var view = View();
                    _freed.Clear();
                    return new SaleInput.Shown(_sale, look, view);
                case SaleCommand.Load load:
                    return new SaleInput.Loaded(
                        load.Absent, [.. _admitted.Values], [.. _held.Values], _epoch,
                        _epoch == 0 ? "" : $"{_epoch}:0 {_past}".TrimEnd());
                case SaleCommand.Settle settle:
                    foreach (var one in settle.Settlements) Settle(one);
                    return new SaleInput.Settled(settle, true);
                case SaleCommand.Begin begin:
                    Empty();
                    (_epoch, _past, _recoverUntil, _blockedUntil) = (begin.Epoch, begin.Past, begin.RecoverUntil, begin.BlockedUntil);
                    foreach (var one in begin.Settlements) Settle(one);
                    return new SaleInput.Begun(begin, true);
                case SaleCommand.Admit admit:
                    return new SaleInput.Admitted(admit, [.. admit.Choice.Admissions.Select(Admit)]);
                default:
                    throw new ArgumentOutOfRangeException(nameof(command));
            }

            bool Admit(AdmittedPlace admission)
            {
                _head = Math.Max(_head, admission.Rank);
                if (!_admitted.TryAdd(admission.Place, admission)) return false;
                _given.Add(admission);
                return true;
            }
        }

        private void Settle(Settlement settlement)
        {
            _admitted.Remove(settlement.Place, out _);
            _held.Remove(settlement.Place);
            if (settlement.Kind is SettlementKind.Admit or SettlementKind.Hold)
                (settlement.Kind == SettlementKind.Admit ? _admitted : _held)[settlement.Place] =
                    AdmittedPlace.Parse(settlement.Place, settlement.Value);
        }

        private LineView View()
        {
            var numbers = Enumerable.Range((int)_head + 1, 5);
            return new LineView
            {
                Epoch = _epoch,
                Next = _next,
                Head = _head,
                Skipped = 0,
                Shuffled = 0,
                Past = _past,
                RecoverUntil = _recoverUntil,
                BlockedUntil = _blockedUntil,
                Time = 1000,
                Freed = [.. _freed],
                Present = numbers.ToDictionary(number => LineKeys.Field(Given.Place(number, _epoch)), _ => new Sighting(1000, 0)),
                Coverages = [_next],
            };
        }
    }
}
