using CsCheck;

using FlashSale.Checkout.Audit;
using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

using Xunit;

namespace FlashSale.Tests.Checkout;

/// <summary>The line and the ledger are read one after the other, while units move between them.</summary>
public sealed class LiveAdmissionsTests
{
    private const int Units = 4;

    private static readonly LineAdmission s_promise = new("1-1-1", 1, 100);

    [Fact]
    public void Invariant1_Whenever_the_line_and_the_ledger_are_read_a_sale_that_keeps_it_is_never_accused() =>
        Gen.Select(Gen.Select(Gen.Int[0, 8], Gen.Int[0, 7]).Array[1, 60], Gen.Int[0, 60].Array[3]).Sample((steps, drawn) =>
        {
            var moments = new List<Moment> { Moment.First };
            foreach (var (act, choice) in steps) moments.Add(moments[^1].Next(act, choice));
            var at = drawn.Select(moment => moment % moments.Count).Order().ToList();
            var (before, ledger, after) = (moments[at[0]].Line, moments[at[1]], moments[at[2]].Line);

            var alive = LiveAdmissions.At(DateTimeOffset.FromUnixTimeSeconds(ledger.Seconds), before,
                [.. ledger.Rows.Where(row => before.Any(one => one.Id == row.Admission || one.Unit == row.LiveUnit))], after);

            var taken = ledger.Rows.Count(row => row.State is ReservationState.Held or ReservationState.Sold);
            var withdrawn = ledger.Rows.Count(row => row is { LiveUnit: not null, State: ReservationState.Withdrawn });
            return alive.Violations.Count == 0 && alive.Count + taken <= Units - withdrawn;
        });

    [Fact]
    public void One_that_the_ledger_has_is_not_admitted_any_more_though_the_line_has_not_heard_of_it() => Assert.Equal(
        (0, 0), Judge([s_promise], new AuditedUnit { LiveUnit = 1, Admission = s_promise.Id, State = ReservationState.Held }));

    [Fact]
    public void Invariant1_A_unit_that_is_promised_while_another_has_it_is_found() => Assert.Equal(
        (1, 1), Judge([s_promise], new AuditedUnit { LiveUnit = 1, Admission = "1-2-1", State = ReservationState.Sold }));

    [Fact]
    public void Invariant1_A_unit_that_is_promised_to_two_is_found() =>
        Assert.Equal((2, 1), Judge([s_promise, s_promise with { Id = "1-2-1" }]));

    private static (int Count, int Violations) Judge(LineAdmission[] line, params AuditedUnit[] rows)
    {
        var alive = LiveAdmissions.At(DateTimeOffset.FromUnixTimeSeconds(50), line, rows, line);
        return (alive.Count, alive.Violations.Count);
    }

    /// <summary>A sale at one moment, and what may happen to it next. A step that is not possible just lets time pass.</summary>
    private sealed record Moment(long Seconds, int Given, LineAdmission[] Line, AuditedUnit[] Rows)
    {
        private const int Turn = 20, Grace = 3;

        public static Moment First { get; } = new(0, 0, [], []);

        public Moment Next(int act, int choice)
        {
            var unit = choice % Units + 1;
            var promise = Line.Length > 0 ? Line[choice % Line.Length] : null;
            var made = promise is null ? null : Rows.FirstOrDefault(row => row.Admission == promise.Id);
            return act switch
            {
                // The pump gives what nobody has.
                0 or 1 when !IsLive(unit) && Line.All(one => one.Unit != unit) => this with
                {
                    Given = Given + 1,
                    Line = [.. Line, new LineAdmission($"1-{Given:x}-{unit:x}", unit, Seconds + Turn)],
                },
                2 or 3 when promise is not null && made is null && Seconds < promise.RedeemBy && !IsLive(promise.Unit) =>
                    With(new AuditedUnit { LiveUnit = promise.Unit, Admission = promise.Id, State = ReservationState.Held }),
                // The line hears of it; or its time is over; or the shopper has left.
                4 when promise is not null && (made is not null || IsLive(promise.Unit) || Seconds > promise.RedeemBy + Grace || choice > 5) =>
                    this with { Line = [.. Line.Where(one => one != promise)] },
                5 when Rows.Length > 0 => Change(Rows[choice % Rows.Length], ReservationState.Sold),
                6 when Rows.Length > 0 => Change(Rows[choice % Rows.Length], ReservationState.Released),
                // A smaller inventory takes out what the ledger has as free, promised or not.
                7 when !IsLive(unit) => With(new AuditedUnit { LiveUnit = unit, State = ReservationState.Withdrawn }),
                _ => this with { Seconds = Seconds + choice },
            };
        }

        private bool IsLive(int unit) => Rows.Any(row => row.LiveUnit == unit);

        private Moment With(AuditedUnit row) => this with { Rows = [.. Rows, row] };

        private Moment Change(AuditedUnit row, ReservationState state) => row.LiveUnit is null
            || (row.State is not ReservationState.Held && state is ReservationState.Sold) ? this
            : this with
            {
                Rows = [.. Rows.Where(one => one != row), row with
                {
                    State = state, LiveUnit = state is ReservationState.Released ? null : row.LiveUnit,
                }],
            };
    }
}
