using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Scenarios;

namespace FlashSale.LoadTest.Hosting;

/// <summary>
/// What a load test tool says about one of its scenarios that runs shared journeys: NBomber's
/// <c>CustomSettings</c>, by
/// these names.
/// </summary>
public sealed class HostedSettings
{
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

    /// <summary>The share of a step's requests that may fail, refusals and missing answers included. Default 0.</summary>
    public double MostFailed { get; set; }

    /// <summary>Units that must be sold at the end; 0 = not judged.</summary>
    public int LeastSold { get; set; }

    /// <summary>The share of the shoppers who may lose their place again and again by being late.</summary>
    public double MostTooSlow { get; set; } = new Expectation().MostTooSlow;

    public int Seed { get; set; } = 1;

    /// <exception cref="ArgumentException">The name of the setting and what is wrong with it.</exception>
    public Mix ToMix()
    {
        try
        {
            return Crowd.Mix.Of(Mix);
        }
        catch (FormatException error)
        {
            throw new ArgumentException($"Mix: {error.Message}", error);
        }
    }

    public SaleRules ToRules() => new(AdmitPerSecond, ClaimSeconds, PaySeconds);
}

/// <summary>What a host has measured of one step.</summary>
public readonly record struct StepNumbers(string Step, long Ok, long Failed, double P99Ms);

/// <summary>How one request of a hosted shopper came out.</summary>
/// <param name="Status">The last refusal's code, or <c>ok</c>.</param>
public sealed record HostedStep(bool Ok, string Status, string Message);
