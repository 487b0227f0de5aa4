using FlashSale.Calling;
using FlashSale.Contract;

using Xunit;

namespace FlashSale.Tests.Calling;

/// <summary>Whoever runs the decisions of one sale, by hand.</summary>
internal sealed class Leader
{
    private Moment _now = Given.At(0);

    public Leader(Sale sale, bool isNew = false)
    {
        Sale = sale;
        State = SaleState.Start(isNew, _now);
    }

    public Sale Sale { get; set; }

    public SaleState State { get; private set; }

    public void At(double seconds, double ledgerAge = 0) => _now = Given.At(seconds, ledgerAge);

    public SaleCommand? Decide(SaleInput input)
    {
        (State, var command) = SaleDecision.Decide(State, input, _now);
        return command;
    }

    /// <summary>A tick, or, where there is nothing to give, the next at which it looks all the same: what it looks for.</summary>
    public SaleCommand.Look Ask()
    {
        if (Tick() is { } look) return look;
        _now = _now with { Machine = _now.Machine + TimeSpan.FromMilliseconds(200) };
        return Assert.IsType<SaleCommand.Look>(Tick());
    }

    public SaleCommand.Look? Tick() => (SaleCommand.Look?)Decide(new SaleInput.Tick(Sale));

    /// <summary>A tick that sees the line.</summary>
    public SaleCommand? Show(LineView view) => Decide(new SaleInput.Shown(Sale, Ask(), view));

    public SaleCommand? Tell(bool full, double? askedAt = null, IReadOnlyList<LedgerUnit>? rows = null) =>
        Decide(new SaleInput.Told(
            Sale, rows ?? [], new LedgerSnapshot(_now.Ledger, "r1", null, rows ?? []), full,
            askedAt is { } seconds ? Given.Span(seconds) : _now.Machine, RecoverySeconds: 2));

    /// <summary>Tells it all that begins an epoch: again in the next second where another may have one of this second.</summary>
    public SaleCommand.Begin Begin()
    {
        if (Tell(full: true) is SaleCommand.Begin begin) return begin;
        _now = new Moment(_now.Ledger.AddSeconds(1), _now.Machine.Add(TimeSpan.FromSeconds(1)), _now.LedgerAge);
        return Assert.IsType<SaleCommand.Begin>(Tell(full: true));
    }

    /// <summary>One that has been told all since second 0.</summary>
    public static Leader Running(Sale sale, IReadOnlyList<AdmittedPlace>? admitted = null)
    {
        var leader = new Leader(sale);
        leader.Show(Given.View(0));
        leader.Decide(new SaleInput.Loaded(false, admitted ?? [], [], Given.Epoch, "100:0"));
        leader.Decide(new SaleInput.Settled(Assert.IsType<SaleCommand.Settle>(leader.Tell(full: true)), Done: true));
        return leader;
    }
}
