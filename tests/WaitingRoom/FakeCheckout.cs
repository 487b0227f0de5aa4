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
    private readonly List<LedgerUnit> _units = [];
    private int _revision;

    private FakeCheckout()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/internal/ledger", (string? revision) =>
            IsDown ? Results.StatusCode(500) : Results.Json(Snapshot(revision), Wire.Json));
    }

    public string Url => _app.Urls.First();

    public bool IsDown { get; set; }

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
            if (_units.Any(row => row.Sale == sale
                && (row.Admission == admission || (row.Unit == unit && row.State != UnitState.Released)))) return false;
            _units.Add(new LedgerUnit(sale, unit, UnitState.Held, admission));
            return true;
        }
    }

    public void Sell(SaleId sale, string admission) => Move(sale, admission, UnitState.Sold);

    public void Release(SaleId sale, string admission) => Move(sale, admission, UnitState.Released);

    /// <summary>All that is on record, and the time at which it is.</summary>
    public (DateTimeOffset AsOf, IReadOnlyList<LedgerUnit> Units) Look(SaleId sale)
    {
        lock (_gate) return (TimeProvider.System.GetUtcNow(), [.. _units.Where(row => row.Sale == sale)]);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Move(SaleId sale, string admission, UnitState state)
    {
        lock (_gate)
        {
            var at = _units.FindIndex(row => row.Sale == sale && row.Admission == admission);
            _units[at] = _units[at] with { State = state };
        }
    }

    private LedgerSnapshot Snapshot(string? revision)
    {
        lock (_gate)
        {
            var now = TimeProvider.System.GetUtcNow();
            var current = $"r{_revision}";
            return new LedgerSnapshot(now, current, revision == current ? null : [.. _sales.Values], [.. _units], Outage);
        }
    }
}
