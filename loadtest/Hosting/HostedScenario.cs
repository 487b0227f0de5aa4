using System.Text.Json;

using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Scenarios;

namespace FlashSale.LoadTest.Hosting;

/// <summary>
/// A scenario whose arrivals another tool makes (NBomber): it opens a sale, hands out shoppers, and at the end audits.
/// The tool starts them, times their steps and reports; <see cref="HostedJudge"/> judges.
/// </summary>
public sealed class HostedScenario : IDisposable
{
    public const string PaymentsFailing = "payments-failing";
    public const string EmbeddedStorefront = "embedded-storefront";

    /// <summary>The last look at a run that was stopped, and for the simulator's answer to the end of its faults.</summary>
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(15);

    private readonly EdgeClients _edges;
    private readonly OperatorClient _operators;
    private readonly SimulatorClient? _simulator;
    private readonly EdgeClients? _storefront;
    private readonly Uri? _page, _pay;
    private readonly bool _behindEdge;
    private readonly Mix _mix;
    private readonly TimeProvider _clock;
    private readonly List<string> _troubles = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly Lock _gate = new();
    private TimeSpan _presence;
    private Task? _closing;
    private bool _broken;
    private int _shoppers;

    private HostedScenario(string name, HostedSettings settings, TimeProvider clock)
    {
        (Name, Settings, _mix, _clock) = (name, settings, settings.ToMix(), clock);
        var urls = settings.Url.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var key = settings.AdminKey ?? Environment.GetEnvironmentVariable("FLASHSALE_ADMIN_KEY")
            ?? throw new SettingsException("AdminKey: set it, or FLASHSALE_ADMIN_KEY in the environment");
        // It becomes a header.
        if (!key.All(one => one is > ' ' and <= '~')) throw new SettingsException("AdminKey: it has characters that no key has");
        (_edges, _operators) = (new EdgeClients(urls), new OperatorClient(urls[0], key));
        if (settings.Simulator is { } simulator) _simulator = new SimulatorClient(simulator);
        if (settings.ProtectedUrl is { } storefront)
        {
            _page = HostedSettings.Address(nameof(settings.ProtectedUrl), storefront);
            _storefront = new EdgeClients(storefront);
            _pay = settings.PayUrl is { } pay ? HostedSettings.Address(nameof(settings.PayUrl), pay) : null;
            _behindEdge = urls.Any(url => new Uri(url).Authority == _page.Authority);
        }
        Sale = settings.Sale ?? $"{name}-{Guid.NewGuid():n}"[..(name.Length + 9)];
    }

    /// <summary>The scenarios that a host registers; which run is its configuration's business.</summary>
    public static IReadOnlyList<string> Names { get; } = ["stampede", "steady", PaymentsFailing, "soak", EmbeddedStorefront];

    public string Name { get; }

    public HostedSettings Settings { get; }

    public string Sale { get; }

    /// <summary>Nobody else buys from it.</summary>
    public bool IsAlone => Settings.Sale is null;

    /// <summary>The sale promises first come, first served.</summary>
    public bool IsInOrder { get; private set; } = true;

    public CrowdTally Tally { get; } = new();

    public AnswerTable Answers { get; } = new();

    /// <summary>Shoppers who came.</summary>
    public int Shoppers => Volatile.Read(ref _shoppers);

    /// <summary>How the sale was left; null until <see cref="CloseAsync"/> has looked.</summary>
    public SaleEnd? End { get; private set; }

    /// <summary>The sale was looked at as it was, and not left to come to rest.</summary>
    public bool WasStopped { get; private set; }

    /// <summary>What went wrong around the run, in words: with opening, closing, or the faults' end.</summary>
    public IReadOnlyList<string> Troubles
    {
        get
        {
            lock (_gate) return [.. _troubles];
        }
    }

    /// <exception cref="SettingsException">A setting is wrong, or the system refuses it; the message names it.</exception>
    public static async Task<HostedScenario> OpenAsync(
        string name, HostedSettings settings, CancellationToken cancel, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Require(name);
        var scenario = new HostedScenario(name, settings, clock ?? TimeProvider.System);
        try
        {
            await scenario.StartAsync(cancel).ConfigureAwait(false);
            return scenario;
        }
        catch (Exception error)
        {
            await scenario.TakeFaultsBackAsync().ConfigureAwait(false);
            scenario.Dispose();
            if (Refused(error, settings, cancel) is not { } why) throw;
            if (error is OperationCanceledException && cancel.IsCancellationRequested && scenario.Troubles.Count == 0) throw;
            throw new SettingsException(string.Join("; ", scenario.Troubles.Prepend(why)), error);
        }
    }

    /// <summary>Someone new, or null once the scenario is being closed; safe to call from many threads.</summary>
    public HostedShopper? NextShopper()
    {
        if (_stop.IsCancellationRequested) return null;
        var index = Interlocked.Increment(ref _shoppers) - 1;
        // A draw by the shopper's index: the same settings give the same crowd, whoever calls first.
        var (draw, seed) = CrowdChance.Of(Settings.Seed, index);
        var behaviour = _mix.At(draw);
        var heard = new StepExchanges(Answers);
        var shopper = new Shopper(_edges[index], Sale) { Heard = heard.Add };
        IWalker walker = behaviour == Behaviour.Hammers
            ? new Bot(shopper, Tally) : new Journey(shopper, behaviour, _presence, Tally, TimeProvider.System, seed);
        var visit = _storefront is null
            ? null : new StorefrontVisit(_storefront[index], _page!, _pay, _behindEdge, Sale, shopper, Tally, heard.Add);
        return new HostedShopper(walker, shopper, Tally, visit, heard, _stop.Token);
    }

    /// <summary>
    /// Sends home who is still on the way, takes the faults back, lets a sale of its own come to rest (up to its windows and
    /// some minutes), and audits it. Repeated it is the same closing, and it never throws: see <see cref="Troubles"/>.
    /// </summary>
    /// <param name="atOnce">As the sale is now, in some seconds: the run was stopped. A closing that waits stops waiting.</param>
    public Task CloseAsync(bool atOnce)
    {
        Task closing;
        lock (_gate) closing = _closing ??= CloseOnceAsync(atOnce);
        if (atOnce && !closing.IsCompleted) _hurry.Cancel();
        return closing;
    }

    public void Dispose()
    {
        _edges.Dispose();
        _operators.Dispose();
        _simulator?.Dispose();
        _storefront?.Dispose();
        _stop.Dispose();
        _hurry.Dispose();
    }

    private async Task StartAsync(CancellationToken cancel)
    {
        if (IsAlone)
        {
            var settings = Settings.ToRules().Settings($"Load test: {Name}", Settings.Units, _clock.GetUtcNow());
            await _operators.PutSaleAsync(Sale, settings, cancel).ConfigureAwait(false);
        }
        var numbers = await _operators.NumbersAsync(Sale, cancel).ConfigureAwait(false);
        (_presence, IsInOrder) = (TimeSpan.FromSeconds(numbers.PresenceSeconds), numbers.Order is null or "fifo");
        if (_simulator is null || Name != PaymentsFailing) return;
        // From here on they may be on, even when no answer says so.
        _broken = true;
        await _simulator.SetFaultsAsync(Settings.Seed, ReadyScenarios.PaymentFaults(), cancel).ConfigureAwait(false);
    }

    /// <summary>Null for what nobody foresaw.</summary>
    private static string? Refused(Exception error, HostedSettings settings, CancellationToken cancel) => error switch
    {
        OperationCanceledException when cancel.IsCancellationRequested => "the run was interrupted before it began",
        HttpRequestException { StatusCode: System.Net.HttpStatusCode.Unauthorized or System.Net.HttpStatusCode.Forbidden } =>
            $"AdminKey: {settings.Url} refuses it",
        HttpRequestException { StatusCode: System.Net.HttpStatusCode.NotFound } when settings.Sale is { } sale =>
            $"Sale: there is no sale {sale} at {settings.Url}",
        HttpRequestException { StatusCode: not null } => error.Message,
        JsonException => $"Url: {settings.Url} does not answer as an edge does: {error.Message}",
        _ when Clients.Answers.IsMissing(error, cancel) =>
            $"no answer from {settings.Url}{(settings.Simulator is { } simulator ? $" or {simulator}" : "")}: {error.Message}",
        _ => null,
    };

    private async Task CloseOnceAsync(bool atOnce)
    {
        WasStopped = atOnce;
        // Nobody comes from here on, before anything is waited for.
        await TryAsync("the shoppers could not be sent home", () => _stop.CancelAsync()).ConfigureAwait(false);
        await TakeFaultsBackAsync().ConfigureAwait(false);
        await TryAsync("the audit could not be had", async () => End = await LookAsync(atOnce).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task TakeFaultsBackAsync()
    {
        if (!_broken) return;
        using var farewell = new CancellationTokenSource(s_farewell, _clock);
        await TryAsync(
            "the faults of the payment simulator could not be taken back, and may still be on",
            () => _simulator!.ClearFaultsAsync(farewell.Token)).ConfigureAwait(false);
    }

    private async Task<SaleEnd> LookAsync(bool atOnce)
    {
        var settling = new Settling(_operators, _simulator, Sale, _clock);
        try
        {
            if (!atOnce)
            {
                return IsAlone
                    ? await settling.WaitAsync(Settings.ToRules(), _hurry.Token).ConfigureAwait(false)
                    : await settling.NowAsync(_hurry.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_hurry.IsCancellationRequested)
        {
            WasStopped = true;
        }
        using var farewell = new CancellationTokenSource(s_farewell, _clock);
        return await settling.NowAsync(farewell.Token).ConfigureAwait(false);
    }

    /// <summary>Whatever is thrown becomes a trouble, so that the rest is done all the same, and told.</summary>
    private async Task TryAsync(string otherwise, Func<Task> act)
    {
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            lock (_gate) _troubles.Add($"{otherwise}: {(error is OperationCanceledException ? "no answer in time" : error.Message)}");
        }
    }
}
