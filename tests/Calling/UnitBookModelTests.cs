using CsCheck;

using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Calling;

/// <summary>
/// The book beside a ledger that keeps its own rules: promises, carts that commit late, ends, and what is told of them.
/// A failure prints its seed; run it again with <c>CsCheck_Seed</c>.
/// </summary>
public sealed class UnitBookModelTests
{
    private enum What { Give, Redeem, Leave, Sell, Release, TellChanges, TellAll, TellAgain, Wait, Withdraw, Restore, Reload }

    private static readonly Gen<(What What, int Who)[]> s_steps =
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 11], (what, who) => ((What)what, who)).Array[5, 80];

    [Fact]
    public void Invariant1_Promises_carts_and_sales_are_never_more_than_the_inventory_and_no_unit_is_given_twice() =>
        s_steps.Sample(steps =>
        {
            var run = new Run();
            foreach (var (what, who) in steps)
            {
                run.Step(what, who);
                run.Check();
            }

            run.CheckAtRest();
        }, iter: 3000);

    [Fact]
    public void After_a_full_snapshot_a_book_knows_what_one_that_has_just_begun_knows() => Gen
        .Select(Gen.Int[0, 4], Gen.Int[1, 5], Gen.Int[0, 4]).Array[0, 12].Array[1, 6].Sample(histories =>
        {
            var (book, sale, number) = (new UnitBook(), Given.Sale(5), 100);
            book.Exist(5);
            for (var i = 0; i < histories.Length; i++)
            {
                List<AdmittedPlace> promised = [.. book.Admitted];
                var rows = Rows(histories[i], promised);
                var full = i % 2 == 1 || i + 1 == histories.Length;
                var snapshot = Given.Snapshot(0, rows);
                book.Apply(rows, snapshot, sale, full, rebuild: false, Given.Start);
                if (full)
                {
                    var fresh = new UnitBook();
                    fresh.Exist(5);
                    fresh.Load(promised, []);
                    fresh.Apply(rows, snapshot, sale, full: true, rebuild: false, Given.Start);
                    // But for tokens that the ledger has outrun: of those only who gave them knows.
                    int[] kept = [.. book.TokensOut.Select(one => one.Unit)];
                    Assert.Equal(Describe(fresh, kept), Describe(book, kept));
                }

                foreach (var unit in book.Peek(Math.Min(2, book.Available(5))))
                    book.Admit(Given.Promise(++number, unit, redeemBy: 1000));
            }
        }, iter: 3000);

    /// <summary>One live row a unit, as the schema has it: of a place that is promised the unit, or of one of another time.</summary>
    private static List<LedgerUnit> Rows((int State, int Unit, int Who)[] drawn, List<AdmittedPlace> promised)
    {
        var rows = new List<LedgerUnit>();
        foreach (var (state, unit, who) in drawn.DistinctBy(one => one.Unit))
        {
            var place = who < 2 && promised.Find(one => one.Unit == unit) is { } promise
                ? promise.Place : Given.Place(10 * unit + who);
            rows.Add(state switch
            {
                0 => Given.Row(unit, UnitState.Held, place),
                1 => Given.Row(unit, UnitState.Sold, place),
                2 => Given.Row(unit, UnitState.Released, place),
                3 => Given.Withdrawn(unit),
                _ => Given.Row(unit, UnitState.Held, place) with { Admission = "imported" },
            });
        }

        return rows;
    }

    private static string Describe(UnitBook book, int[] but) => string.Join("; ",
        string.Join(' ', book.Admitted.Select(one => $"{one.Place.Number}@{one.Unit}").Order()),
        string.Join(' ', book.Held.Select(one => $"{one.Place.Number}@{one.Unit}").Order()),
        book.SoldCount, string.Join(' ', book.Peek(99).Except(but)), but.Length > 0 ? "" : book.Available(5), book.HeldSum);

    /// <summary>A unit that was promised to a place.</summary>
    private sealed record Promise(AdmittedPlace Admission)
    {
        public bool IsLeft { get; set; }
        public Row? Row { get; set; }

        public bool CanBeRedeemed(long now) => !IsLeft && Row is null && now < Admission.RedeemBy * 1000;
    }

    /// <summary>A row of the ledger: seen by others from <see cref="SeenFrom"/> on.</summary>
    private sealed class Row
    {
        public required LedgerUnit Unit { get; set; }
        public required long SeenFrom { get; set; }
        public bool IsLive => Unit.State is UnitState.Held or UnitState.Sold or UnitState.Withdrawn;
    }

    private sealed class Run
    {
        private const int Units = 4;
        private readonly Sale _sale = Given.Sale(Units) with { ClaimSeconds = 3 };
        private UnitBook _book = new();
        private readonly List<Promise> _promises = [];
        private readonly List<Row> _rows = [];
        private readonly List<(SettlementKind Kind, Place Place)> _settled = [];
        private (LedgerSnapshot Snapshot, bool Full) _last;
        private long _told = long.MinValue;
        private long _now = Given.StartSeconds * 1000;

        public Run()
        {
            _book.Exist(Units);
            _last = (Given.Snapshot(0, []), true);
        }

        public void Step(What what, int who)
        {
            var promise = _promises.Count == 0 ? null : _promises[^(who % _promises.Count + 1)];
            switch (what)
            {
                case What.Give: Give(who % 3 + 1); break;
                case What.Redeem when promise is not null && CanBeRedeemed(promise): Redeem(promise, who); break;
                case What.Leave when promise is { Row: null }:
                    promise.IsLeft = true;
                    _book.Left(promise.Admission.Place);
                    break;
                case What.Sell: Move(promise, UnitState.Sold); break;
                case What.Release: Move(promise, UnitState.Released); break;
                case What.TellChanges: Tell(row => row.SeenFrom > _told, full: false); break;
                case What.TellAll: Tell(_ => true, full: true); break;
                case What.TellAgain: Apply(_last.Snapshot, _last.Full); break;
                case What.Wait: _now += 100 + 150 * who; break;
                case What.Withdraw when !IsTaken(who % Units + 1):
                    _rows.Add(new Row { Unit = Given.Withdrawn(who % Units + 1), SeenFrom = _now });
                    break;
                case What.Restore:
                    if (_rows.Find(row => row.Unit.State == UnitState.Withdrawn && row.Unit.Unit == who % Units + 1) is { } row)
                        (row.Unit, row.SeenFrom) = (row.Unit with { State = UnitState.Released }, _now);
                    break;
                case What.Reload: Reload(); break;
                default: break;
            }
        }

        public void Check()
        {
            List<int> taken = [
                .. _promises.Where(CanBeRedeemed).Select(promise => promise.Admission.Unit),
                .. _rows.Where(row => row.IsLive).Select(row => row.Unit.Unit),
            ];
            Assert.Distinct(taken);
            Assert.True(taken.Count <= Units && _book.AdmittedCount + _book.HeldCount + _book.SoldCount <= Units);
        }

        /// <summary>Nothing leaks: once all is over and told, what is neither in a cart nor sold is free.</summary>
        public void CheckAtRest()
        {
            _now += 60_000;
            Tell(_ => true, full: true);
            var live = _rows.Where(row => row.IsLive).Select(row => row.Unit.Unit).ToList();
            Assert.Equal(Units - live.Count, _book.Available(Units));
            Assert.Equal(Enumerable.Range(1, Units).Except(live), _book.Peek(Units));
            Assert.Equal((0, _rows.Count(row => row.Unit.State == UnitState.Held)), (_book.AdmittedCount, _book.HeldCount));
            foreach (var promise in _promises.Where(promise => !promise.IsLeft))
            {
                var told = _settled.Where(one => one.Place == promise.Admission.Place).Select(one => one.Kind).Distinct().ToList();
                if (promise.Row is null)
                    Assert.True(told is [SettlementKind.Miss] || (told is [SettlementKind.Requeue] && WasWithdrawn(promise)), string.Join(' ', told));
                else Assert.Equal(
                    promise.Row.Unit.State switch
                    {
                        UnitState.Held => SettlementKind.Hold,
                        UnitState.Sold => SettlementKind.Sell,
                        _ => SettlementKind.Release,
                    }, told[^1]);
            }
        }

        /// <summary>The checkout takes a token until redeem-by, for a unit that the ledger has for nobody.</summary>
        private bool CanBeRedeemed(Promise promise) => promise.CanBeRedeemed(_now) && !IsTaken(promise.Admission.Unit);

        private bool WasWithdrawn(Promise promise) =>
            _rows.Exists(row => row.Unit.Unit == promise.Admission.Unit && row.Unit.Admission == "");

        private bool IsTaken(int unit) => _rows.Exists(row => row.IsLive && row.Unit.Unit == unit);

        /// <summary>As after an answer of Redis that was lost, with what it has by then, and what the ledger has.</summary>
        private void Reload()
        {
            var book = new UnitBook();
            book.Exist(Units);
            book.Load(_book.Admitted, _book.Held);
            book.KeepTokens(_book.TokensOut);
            _book = book;
            Tell(_ => true, full: true);
        }

        private void Give(int count)
        {
            foreach (var unit in _book.Peek(Math.Min(count, _book.Available(Units))))
            {
                var place = Given.Place(_promises.Count + 1);
                var admission = new AdmittedPlace(place, place.Number, unit, (_now + 2999) / 1000 + 1, Claimed: false);
                _book.Admit(admission);
                _promises.Add(new Promise(admission));
            }
        }

        /// <summary>A statement begins in time and is seen at the end of the grace at the latest.</summary>
        private void Redeem(Promise promise, int who)
        {
            promise.Row = new Row
            {
                Unit = Given.Row(promise.Admission.Unit, UnitState.Held, promise.Admission.Place),
                SeenFrom = _now + who * _sale.GraceSeconds * 1000L / 11,
            };
            _rows.Add(promise.Row);
        }

        private void Move(Promise? promise, UnitState to)
        {
            if (promise?.Row is not { Unit.State: UnitState.Held } row || row.SeenFrom > _now) return;
            (row.Unit, row.SeenFrom) = (row.Unit with { State = to }, _now);
        }

        private void Tell(Func<Row, bool> which, bool full)
        {
            List<LedgerUnit> rows = [.. _rows.Where(row => row.SeenFrom <= _now && which(row)).Select(row => row.Unit)];
            _told = _now - 1;
            Apply(new LedgerSnapshot(DateTimeOffset.FromUnixTimeMilliseconds(_now), "r1", null, rows), full);
        }

        private void Apply(LedgerSnapshot snapshot, bool full)
        {
            _last = (snapshot, full);
            _settled.AddRange(_book.Apply(snapshot.Units, snapshot, _sale, full, rebuild: false, Given.Start.AddDays(-1))
                .Select(one => (one.Kind, one.Place)));
        }
    }
}
