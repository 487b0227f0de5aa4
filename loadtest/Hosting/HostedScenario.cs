using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Scenarios;

namespace FlashSale.LoadTest.Hosting;

/// <summary>
/// A scenario whose arrivals another tool makes (NBomber): it opens a sale, hands out shoppers, and at the
/// end audits and
/// judges. The tool starts them, times their steps and reports.
/// </summary>
public sealed class HostedScenario : IDisposable
{
    /// <summary>The scenarios that a host registers; which run is its configuration's business.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["stampede", "steady", "payments-failing", "soak", "embedded-storefront"];

    private readonly string _name;
    private readonly HostedSettings _settings;
    private readonly EdgeClients _edges;
    private readonly OperatorClient _operators;
    private readonly SimulatorClient? _simulator;
    private readonly EdgeClients? _storefront;
    private readonly Uri? _page, _pay;
    private readonly bool _behindEdge;
    private readonly Mix _mix;
    private readonly List<string> _failures = [];
    private readonly CancellationTokenSource _stop = new();
    private TimeSpan _presence;
    private bool _inOrder = true;
    private int _shoppers;

    private HostedScenario(string name, HostedSettings settings)
    {
        (_name, _settings, _mix) = (name, settings, settings.ToMix());
        var urls = settings.Url.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var key = settings.AdminKey ?? Environment.GetEnvironmentVariable("FLASHSALE_ADMIN_KEY")
            ?? throw new ArgumentException("AdminKey: set it, or FLASHSALE_ADMIN_KEY in the environment");
        (_edges, _operators) = (new EdgeClients(urls), new OperatorClient(urls[0], key));
        if (settings.Simulator is { } simulator) _simulator = new SimulatorClient(simulator);
        if (settings.ProtectedUrl is { } storefront)
        {
            _page = Address(nameof(settings.ProtectedUrl), storefront);
            _storefront = new EdgeClients(storefront);
            _pay = settings.PayUrl is { } pay ? Address(nameof(settings.PayUrl), pay) : null;
            _behindEdge = urls.Any(url => new Uri(url).Authority == _page.Authority);
        }
        Sale = settings.Sale ?? $"{name}-{Guid.NewGuid():n}"[..(name.Length + 9)];
    }

    public string Sale { get; }

    public Tally Tally { get; } = new();

    /// <summary>Cancelled when the scenario is closed: whoever is still on the way goes home.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <exception cref="ArgumentException">A setting is wrong; the message names it.</exception>
    public static async Task<HostedScenario> OpenAsync(string name, HostedSettings settings, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (name == "payments-failing" && settings.Simulator is null)
            throw new ArgumentException("Simulator: payments-failing needs the payment simulator's address");
        if (name == "embedded-storefront" && settings.ProtectedUrl is null)
            throw new ArgumentException("ProtectedUrl: embedded-storefront needs a page of a storefront");
        var scenario = new HostedScenario(name, settings);
        await scenario.StartAsync(cancel).ConfigureAwait(false);
        return scenario;
    }

    /// <summary>Someone new; safe to call from many threads.</summary>
    public HostedShopper NextShopper()
    {
        var index = Interlocked.Increment(ref _shoppers) - 1;
        // A draw by the shopper's index: the same settings give the same crowd, whoever calls first.
        var seed = Chance.SeedOf(_settings.Seed, index);
        var behaviour = _mix.At(new Random(seed).NextDouble());
        var shopper = new Shopper(_edges[index], Sale);
        IWalker walker = behaviour == Behaviour.Hammers
            ? new Bot(shopper, Tally) : new Journey(shopper, behaviour, _presence, Tally, TimeProvider.System, seed);
        var visit = _storefront is null
            ? null : new StorefrontVisit(_storefront[index], _page!, _pay, _behindEdge, Sale, shopper, Tally);
        return new HostedShopper(walker, shopper, Tally, visit);
    }

    /// <summary>
    /// Ends the faults, lets a sale of its own come to rest (up to its windows and some minutes), and audits it.
    /// </summary>
    public async Task CloseAsync(CancellationToken cancel)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        var failures = new List<string>();
        if (_simulator is not null) await _simulator.ClearFaultsAsync(cancel).ConfigureAwait(false);
        var alone = _settings.Sale is null;
        var settling = new Settling(_operators, _simulator, Sale, TimeProvider.System);
        var end = alone
            ? await settling.WaitAsync(_settings.ToRules(), cancel).ConfigureAwait(false)
            : await settling.NowAsync(cancel).ConfigureAwait(false);
        failures.AddRange(Verdict.Audit(end, alone));
        if (end.Audit is { } audit && audit.Sold < _settings.LeastSold)
            failures.Add($"{audit.Sold} units sold, at least {_settings.LeastSold} expected");
        var slow = Tally.Of(Ending.TooSlow);
        if (slow > _settings.MostTooSlow * Tally.Ended)
            failures.Add($"{slow} of {Tally.Ended} shoppers lost their place again and again by being late");
        if (_inOrder) failures.AddRange(AdmissionOrder.Judge(Tally.Admissions, Tally.NeverCalled));
        _failures.AddRange(failures.Select(failure => $"{_name}: {failure}"));
    }

    /// <summary>What the audit found and every threshold that was missed; empty when all is well.</summary>
    public IReadOnlyList<string> Missed(IEnumerable<StepNumbers> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var missed = new List<string>(_failures);
        var measured = steps.ToDictionary(step => step.Step);
        foreach (var step in measured.Values)
        {
            var all = step.Ok + step.Failed;
            if (all > 0 && step.Failed > _settings.MostFailed * all)
                missed.Add($"{_name}: {step.Failed} of {all} requests failed: {step.Step}");
        }
        foreach (var (name, most) in _settings.MostP99Ms)
        {
            if (!measured.TryGetValue(name, out var step)) missed.Add($"{_name}: no step {name} was made");
            else if (step.P99Ms > most) missed.Add($"{_name}: {name} took {step.P99Ms:f0} ms (p99), at most {most:f0} expected");
        }
        return missed;
    }

    public void Dispose()
    {
        _edges.Dispose();
        _operators.Dispose();
        _simulator?.Dispose();
        _storefront?.Dispose();
        _stop.Dispose();
    }

    private async Task StartAsync(CancellationToken cancel)
    {
        if (_settings.Sale is null)
        {
            var settings = _settings.ToRules().Settings($"Load test: {_name}", _settings.Units, TimeProvider.System.GetUtcNow());
            await _operators.PutSaleAsync(Sale, settings, cancel).ConfigureAwait(false);
        }
        var numbers = await _operators.NumbersAsync(Sale, cancel).ConfigureAwait(false);
        (_presence, _inOrder) = (TimeSpan.FromSeconds(numbers.PresenceSeconds), numbers.Order is null or "fifo");
        if (_simulator is not null && _name == "payments-failing")
            await _simulator.SetFaultsAsync(_settings.Seed, ReadyScenarios.PaymentFaults(), cancel)
                .ConfigureAwait(false);
    }

    private static Uri Address(string setting, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url : throw new ArgumentException($"{setting}: {text} is no http(s) address");
}
