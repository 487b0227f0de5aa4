using FlashSale.Contract;
using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Scenarios;

namespace FlashSale.LoadTest.Hosting;

/// <summary>
/// What a load test tool says about one of its scenarios that runs shared journeys: NBomber's <c>CustomSettings</c>, by
/// these names. A name that is not here is refused.
/// </summary>
public sealed class HostedSettings
{
    /// <summary>The steps that a hosted shopper can make: what <see cref="MostP99Ms"/> may name.</summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        HostedShopper.Visit, HostedShopper.Enter, JourneyStep.Join, JourneyStep.Poll, JourneyStep.Leave, JourneyStep.Claim, JourneyStep.Reserve, JourneyStep.Pay,
        JourneyStep.Read, JourneyStep.GiveBack, JourneyStep.Hammer,
    ];

    /// <summary>The edges, separated by commas. Default: the edge of <c>./flashsale up</c>.</summary>
    public string Url { get; set; } = "http://127.0.0.1:8080";

    /// <summary>
    /// The admin key, to make and audit sales; default: the environment's FLASHSALE_ADMIN_KEY.
    /// </summary>
    public string? AdminKey { get; set; }

    /// <summary>An existing sale; without one the scenario makes its own.</summary>
    public string? Sale { get; set; }

    public int Units { get; set; } = 1_000;
    public int AdmitPerSecond { get; set; } = 200;
    public int ClaimSeconds { get; set; } = 60;
    public int PaySeconds { get; set; } = 60;

    /// <summary>Shares of 1 by the names of <see cref="Behaviour"/>; the rest buys.</summary>
    public Dictionary<string, double> Mix { get; set; } = [];

    /// <summary>The payment simulator's address, where it shall misbehave.</summary>
    public string? Simulator { get; set; }

    /// <summary>
    /// A storefront's page of the sale; a shopper begins there, must be sent to the line, and after the claim be let in.
    /// </summary>
    public string? ProtectedUrl { get; set; }

    /// <summary>
    /// Where that storefront's server takes the payment, by a POST without a body: for storefronts that redeem the
    /// admission themselves, so that nobody else can. Without it the shopper pays through the edge.
    /// </summary>
    public string? PayUrl { get; set; }

    /// <summary>Milliseconds that the 99th percentile of a step may take, by the step's name.</summary>
    public Dictionary<string, double> MostP99Ms { get; set; } = [];

    /// <summary>
    /// The share of a step's requests that may fail, refusals and missing answers included. Default 0. An answer that
    /// breaks the contract is none of them: it is always a failure of the run.
    /// </summary>
    public double MostFailed { get; set; }

    /// <summary>
    /// Units that this run must sell; 0 = not judged. By the ledger where the sale is the run's own, by what the run's own
    /// shoppers were told in a sale that others may buy from too.
    /// </summary>
    public int LeastSold { get; set; }

    /// <summary>The share of the shoppers who may lose their place again and again by being late.</summary>
    public double MostTooSlow { get; set; } = new Expectation().MostTooSlow;

    /// <summary>The share of the shoppers who may still be on their way when the load test tool is done. Default 0.</summary>
    public double MostCutOff { get; set; }

    /// <summary>
    /// What the shoppers do by chance, and the payment simulator's faults: the n-th shopper of the same seed and mix
    /// behaves the same in every run. When they come is the tool's business.
    /// </summary>
    public int Seed { get; set; } = 1;

    /// <summary>From the last place in line to a unit that is sold or back: what a scenario's last pause must outlast.</summary>
    public TimeSpan Windows => Settling.Windows(ToRules());

    /// <exception cref="SettingsException">The name of the setting and what is wrong with it.</exception>
    public Mix ToMix()
    {
        try
        {
            return Crowd.Mix.Of(Mix);
        }
        catch (FormatException error)
        {
            throw new SettingsException($"Mix: {error.Message}", error);
        }
    }

    public SaleRules ToRules() => new(AdmitPerSecond, ClaimSeconds, PaySeconds);

    /// <summary>Everything that can be known to be wrong before anything is asked.</summary>
    /// <exception cref="SettingsException">The name of the setting and what is wrong with it.</exception>
    public void Require(string scenario)
    {
        ToMix();
        if (scenario == HostedScenario.PaymentsFailing && Simulator is null)
            throw new SettingsException($"Simulator: {scenario} needs the payment simulator's address");
        if (scenario == HostedScenario.EmbeddedStorefront && ProtectedUrl is null)
            throw new SettingsException($"ProtectedUrl: {scenario} needs a page of a storefront");
        foreach (var (name, value) in new[] { ("Units", Units), ("AdmitPerSecond", AdmitPerSecond), ("ClaimSeconds", ClaimSeconds), ("PaySeconds", PaySeconds) })
            if (value < 1) throw new SettingsException($"{name}: {value} is less than 1");
        foreach (var (name, value) in new[] { ("MostFailed", MostFailed), ("MostTooSlow", MostTooSlow), ("MostCutOff", MostCutOff) })
            if (value is not (>= 0 and <= 1)) throw new SettingsException($"{name}: {value} is no share, from 0 to 1");
        if (LeastSold < 0) throw new SettingsException($"LeastSold: {LeastSold} is less than 0");
        foreach (var (step, most) in MostP99Ms)
        {
            if (!Steps.Contains(step))
                throw new SettingsException($"MostP99Ms: there is no step {step}; there are: {string.Join(", ", Steps)}");
            if (most is not > 0) throw new SettingsException($"MostP99Ms: {step} must be more than 0 ms");
        }
        if (Sale is not null && !SaleId.TryParse(Sale, out _)) throw new SettingsException($"Sale: '{Sale}' is no id of a sale");
        foreach (var url in Url.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).DefaultIfEmpty(""))
            Address(nameof(Url), url);
        foreach (var (name, url) in new[] { (nameof(Simulator), Simulator), (nameof(ProtectedUrl), ProtectedUrl), (nameof(PayUrl), PayUrl) })
            if (url is not null) Address(name, url);
    }

    /// <exception cref="SettingsException">It is no address.</exception>
    internal static Uri Address(string setting, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url : throw new SettingsException($"{setting}: '{text}' is no http(s) address");
}
