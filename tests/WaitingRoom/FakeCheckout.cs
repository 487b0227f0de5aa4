using System.IO.Hashing;
using System.Text;

using FlashSale.Contract;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FlashSale.Tests.WaitingRoom;

/// <summary>A ledger in memory that a waiting room can pull; the schema's rules hold in it too.</summary>
internal sealed class FakeCheckout : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly Dictionary<SaleId, Sale> _sales = [];
    private readonly List<(LedgerUnit Unit, DateTimeOffset ChangedAt)> _rows = [];
    private int _revision;

    private FakeCheckout()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/internal/ledger", (string? revision, DateTimeOffset? since, HeldUnits? held) =>
            IsDown ? Results.StatusCode(500) : Results.Json(Snapshot(revision, since, held ?? HeldUnits.Changed), Wire.Json));
    }

    public string Url => _app.Urls.First();

    public bool IsDown { get; set; }

    /// <summary>How often everything was asked for, and how often the sums of what is held.</summary>
    public (int All, int Sums) Pulls { get; private set; }

    /// <summary>As the real one has it on record.</summary>
    public LedgerOutage? Outage { get; set; }

    public static async Task<FakeCheckout> StartAsync()
    {
        var checkout = new FakeCheckout();
        await checkout._app.StartAsync();
        return checkout;
    }

    public void Put(Sale sale)
    {
        lock (_gate)
        {
            _sales[sale.Id] = sale;
            _revision++;
            _rows.RemoveAll(row => row.Unit.Sale == sale.Id && row.Unit.State == UnitState.Withdrawn);
            var live = Of(sale.Id).Where(row => row.State != UnitState.Released).Select(row => row.Unit).ToHashSet();
            // As a change that took so long that no pull tells of it any more when it is there.
            foreach (var unit in Enumerable.Range(1, sale.MaxUnit).Reverse().Where(unit => !live.Contains(unit))
                .Take(sale.MaxUnit - sale.Inventory))
                _rows.Add((new LedgerUnit(sale.Id, unit, UnitState.Withdrawn, ""), DateTimeOffset.UnixEpoch));
        }
    }

    /// <summary>Redeems: false past redeem-by, when the unit is taken and when the admission is spent, as the real one.</summary>
    public bool Hold(SaleId sale, ClaimAnswer admission)
    {
        lock (_gate)
            return admission.RedeemBy > TimeProvider.System.GetUtcNow() && Hold(sale, admission.Unit, admission.AdmissionId);
    }

    /// <summary>Redeems whatever admission: false when the schema would refuse it.</summary>
    public bool Hold(SaleId sale, int unit, string admission)
    {
        lock (_gate)
        {
            if (Of(sale).Any(row => row.Admission == admission || (row.Unit == unit && row.State != UnitState.Released)))
                return false;
            Add(sale, unit, admission, TimeProvider.System.GetUtcNow());
            return true;
        }
    }

    /// <summary>As a ledger that was put back to a state in which it did not have this row yet.</summary>
    public void Forget(SaleId sale, string admission)
    {
        lock (_gate) _rows.RemoveAll(row => row.Unit.Sale == sale && row.Unit.Admission == admission);
    }

    /// <summary>As one that was put back to a state in which it still had this row: no change tells of it.</summary>
    public void Remember(SaleId sale, int unit, string admission)
    {
        lock (_gate) Add(sale, unit, admission, DateTimeOffset.UnixEpoch);
    }

    public void Sell(SaleId sale, string admission) => Move(sale, admission, UnitState.Sold);

    public void Release(SaleId sale, string admission) => Move(sale, admission, UnitState.Released);

    /// <summary>All that is on record, and the time at which it is.</summary>
    public (DateTimeOffset AsOf, IReadOnlyList<LedgerUnit> Units) Look(SaleId sale)
    {
        lock (_gate) return (TimeProvider.System.GetUtcNow(), [.. Of(sale)]);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Move(SaleId sale, string admission, UnitState state)
    {
        lock (_gate)
        {
            var at = _rows.FindIndex(row => row.Unit.Sale == sale && row.Unit.Admission == admission);
            _rows[at] = (_rows[at].Unit with { State = state }, TimeProvider.System.GetUtcNow());
        }
    }

    private IEnumerable<LedgerUnit> Of(SaleId sale) => _rows.Select(row => row.Unit).Where(row => row.Sale == sale);

    private void Add(SaleId sale, int unit, string admission, DateTimeOffset changedAt) =>
        _rows.Add((new LedgerUnit(sale, unit, UnitState.Held, admission), changedAt));

    private LedgerSnapshot Snapshot(string? revision, DateTimeOffset? since, HeldUnits held)
    {
        lock (_gate)
        {
            Pulls = (Pulls.All + (since is null ? 1 : 0), Pulls.Sums + (held == HeldUnits.Sums ? 1 : 0));
            var now = TimeProvider.System.GetUtcNow();
            var current = $"r{_revision}";
            var units = _rows.Where(row => since is null || row.ChangedAt > since).Select(row => row.Unit);
            return new LedgerSnapshot(
                now, current, revision == current ? null : [.. _sales.Values], [.. units], Outage,
                held == HeldUnits.Sums ? Sums() : null);
        }
    }

    private List<HeldSum> Sums() =>
    [
        .. _rows.Where(row => row.Unit.State == UnitState.Held).GroupBy(row => row.Unit.Sale).Select(sale =>
            new HeldSum(sale.Key, sale.Sum(row => (long)Crc32.HashToUInt32(Encoding.ASCII.GetBytes(row.Unit.Admission))))),
    ];
}
