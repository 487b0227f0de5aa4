using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Reports;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>The system that a run talks to.</summary>
/// <param name="Name">For the report.</param>
/// <param name="Simulator">Null where the payment provider is not ours to break.</param>
public sealed record RunTarget(
    string Name, EdgeClients Edges, OperatorClient Operators, SimulatorClient? Simulator, MeasuredProcesses Processes)
{
    /// <summary>By which it calls those who sleep; null where it calls nobody.</summary>
    public CrowdPushService? Push { get; init; }
}
