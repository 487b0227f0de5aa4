using System.CommandLine;

using FlashSale.LoadTest.Plan;
using FlashSale.LoadTest.Scenarios;

namespace FlashSale.Command.Plan;

/// <summary>The sale and the prices, from the command line.</summary>
internal sealed class PlanArguments
{
    private const double MostShare = 0.99;
    private const int Day = 86_400;
    private const double MostPrice = 1e6;
    private static readonly PlanOptions s_sale = new();
    private static readonly PlanPrices s_prices = new();

    private readonly Option<double> _shoppers = Options.Real("--shoppers", 1, 1e8, s_sale.Shoppers, "how many join");
    private readonly Option<double> _units = Options.Real("--units", 1, 1e6, s_sale.Units, "how many are for sale");
    private readonly Option<TimeSpan?> _arrive = Options.Duration(
        "--arrive", s_sale.Arrivals.Over, "over how long they arrive, evenly");
    private readonly Option<Arrivals?> _arrivals = Options.Of(
        "--arrivals", "SHAPE", Shape, "in place of --arrive: constant:S, ramp:S or spike:S over so many seconds");
    private readonly Option<TimeSpan?> _before = Options.Duration(
        "--before", s_sale.Before, "how long before the start the first one arrives");
    private readonly Option<int> _admitPerSecond = Options.Number(
        "--admit-per-second", 1, 100_000, s_sale.AdmitPerSecond, "admissions a second at the most");
    private readonly Option<int> _claimSeconds = Options.Number(
        "--claim-seconds", 1, Day, s_sale.ClaimSeconds, "to put the unit in the cart");
    private readonly Option<int> _paySeconds = Options.Number("--pay-seconds", 1, Day, s_sale.PaySeconds, "to pay");
    private readonly Option<double> _thinkSeconds = Options.Real(
        "--think-seconds", 0, Day, s_sale.ThinkSeconds, "the median from the cart to the payment");
    private readonly Option<double> _away = Options.Real(
        "--away", 0, MostShare, s_sale.Away, "share of those who joined and are not seen again");
    private readonly Option<double> _noShow = Options.Real(
        "--no-show", 0, MostShare, s_sale.NoShow, "share of the called who never come");
    private readonly Option<double> _neverPay = Options.Real(
        "--never-pay", 0, MostShare, s_sale.NeverPay, "share of the carts that are never paid");
    private readonly Option<int> _pollsPerEdge = Options.Number(
        "--polls-per-edge", 1, 1_000_000, s_sale.PollsPerEdge, "polls a second that one edge may be asked for");
    private readonly Option<int> _connectionsPerEdge = Options.Number(
        "--connections-per-edge", 0, 1_000_000, s_sale.ConnectionsPerEdge,
        "connections that one edge holds; 0 when a load balancer in front holds the shoppers'");
    private readonly Option<int> _edges = Options.Number("--edges", 0, 1000, s_sale.Edges, "edges; 0 for as many as it needs");
    private readonly Option<int> _seed = Options.Number("--seed", 0, int.MaxValue, s_sale.Seed, "the same run of the model");

    private readonly Option<double> _coreHour = Price("--core-hour", s_prices.CoreHour, "a core with 2 GB of memory, an hour");
    private readonly Option<double> _redisHour = Price(
        "--redis-gb-hour", s_prices.RedisGigabyteHour, "a gigabyte of Redis with its replica, an hour");
    private readonly Option<double> _ledgerHour = Price(
        "--ledger-hour", s_prices.LedgerHour, "the MySQL primary with a standby, an hour");
    private readonly Option<double> _traffic = Price("--traffic-gb", s_prices.TrafficGigabyte, "a gigabyte of traffic out");

    private IReadOnlyList<Option> Sale =>
    [
        _shoppers, _units, _arrive, _arrivals, _before, _admitPerSecond, _claimSeconds, _paySeconds, _thinkSeconds, _away,
        _noShow, _neverPay, _pollsPerEdge, _connectionsPerEdge, _edges, _seed,
    ];

    public void AddTo(Verb verb)
    {
        foreach (var option in Sale) verb.Add(option);
        foreach (var price in new[] { _coreHour, _redisHour, _ledgerHour, _traffic }) verb.Add(price);
        verb.Validators.Add(call =>
        {
            if (call.GetResult(_arrive) is not null && call.GetResult(_arrivals) is not null)
                call.AddError("either --arrive or --arrivals");
        });
    }

    /// <summary>The first option of the sale that was given; null when none was.</summary>
    public string? GivenOfTheSale(ParseResult call) =>
        Sale.FirstOrDefault(option => call.GetResult(option) is { Implicit: false })?.Name;

    public PlanOptions Planned(ParseResult call) => new()
    {
        Shoppers = (long)call.GetValue(_shoppers),
        Units = (int)call.GetValue(_units),
        Arrivals = call.GetValue(_arrivals)
            ?? s_sale.Arrivals with { Over = call.GetValue(_arrive) ?? s_sale.Arrivals.Over },
        Before = call.GetValue(_before) ?? s_sale.Before,
        AdmitPerSecond = call.GetValue(_admitPerSecond),
        ClaimSeconds = call.GetValue(_claimSeconds),
        PaySeconds = call.GetValue(_paySeconds),
        ThinkSeconds = call.GetValue(_thinkSeconds),
        Away = call.GetValue(_away),
        NoShow = call.GetValue(_noShow),
        NeverPay = call.GetValue(_neverPay),
        PollsPerEdge = call.GetValue(_pollsPerEdge),
        ConnectionsPerEdge = call.GetValue(_connectionsPerEdge),
        Edges = call.GetValue(_edges),
        Seed = call.GetValue(_seed),
    };

    public PlanPrices Prices(ParseResult call) => new()
    {
        CoreHour = call.GetValue(_coreHour),
        RedisGigabyteHour = call.GetValue(_redisHour),
        LedgerHour = call.GetValue(_ledgerHour),
        TrafficGigabyte = call.GetValue(_traffic),
    };

    private static Option<double> Price(string name, double otherwise, string description) =>
        Options.Real(name, 0, MostPrice, otherwise, $"price of {description}, $");

    private static Arrivals Shape(string text) =>
        Arrivals.Parse(text) is { Shape: not ArrivalShape.Replay } arrivals
            ? arrivals
            : throw new FormatException("recorded arrivals cannot be forecast");
}
