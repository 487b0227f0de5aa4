using FlashSale.Local;

namespace FlashSale.LoadTest.Chaos.Parts;

/// <summary>What a network and clocks do to the services of a run, each on a host of its own.</summary>
internal sealed class NetworkFaults(HostNetwork network)
{
    public const string Redis = "redis", MariaDb = "mysql";

    /// <summary>Of each service a run has two.</summary>
    public const int OfEach = 2;

    private const string EdgesNetwork = "edge's network", RoomsNetwork = "room's network", CheckoutsNetwork = "checkout's network";
    private const int MostSecondsWrong = 600;

    private static readonly string[] s_edges = Both(Topology.Edge), s_rooms = Both(Topology.WaitingRoom);
    private static readonly string[] s_checkouts = Both(Topology.Checkout), s_inner = [.. s_rooms, .. s_checkouts];

    /// <summary>Every process has a host.</summary>
    public static IReadOnlyList<string> Hosts { get; } =
        [.. s_edges, .. s_inner, Topology.Provider, Redis, MariaDb];

    /// <summary>Those that are ours.</summary>
    public static IReadOnlyList<string> Services { get; } = [.. s_edges, .. s_inner];

    public IReadOnlyList<ChaosFault> All =>
    [
        new(EdgesNetwork, "an edge does not reach Redis",
            own => CutAsync(own, s_edges, [Redis], sent: true)) { TroublesRedis = true, HidesTurns = true },
        new(EdgesNetwork, "Redis' answers do not reach an edge",
            own => CutAsync(own, s_edges, [Redis], sent: false)) { TroublesRedis = true, HidesTurns = true },
        new(EdgesNetwork, "an edge does not reach the waiting rooms", own => CutAsync(own, s_edges, s_rooms, sent: true)),
        new(EdgesNetwork, "an edge does not reach the checkouts", own => CutAsync(own, s_edges, s_checkouts, sent: true)),
        new(RoomsNetwork, "a waiting room does not reach Redis",
            own => CutAsync(own, s_rooms, [Redis], sent: true)) { TroublesRedis = true },
        new(RoomsNetwork, "Redis' answers do not reach a waiting room",
            own => CutAsync(own, s_rooms, [Redis], sent: false)) { TroublesRedis = true },
        new(RoomsNetwork, "a waiting room does not reach the ledger", own => CutAsync(own, s_rooms, s_checkouts, sent: true)),
        new(RoomsNetwork, "the ledger's answers do not reach a waiting room",
            own => CutAsync(own, s_rooms, s_checkouts, sent: false)),
        new(CheckoutsNetwork, "a checkout does not reach MariaDB", own => CutAsync(own, s_checkouts, [MariaDb], sent: true)),
        new(CheckoutsNetwork, "MariaDB's answers do not reach a checkout",
            own => CutAsync(own, s_checkouts, [MariaDb], sent: false)),
        new(CheckoutsNetwork, "a checkout does not reach the provider",
            own => CutAsync(own, s_checkouts, [Topology.Provider], sent: true)),
        new(CheckoutsNetwork, "the provider's answers do not reach a checkout",
            own => CutAsync(own, s_checkouts, [Topology.Provider], sent: false)),
        new("host", "an edge is alone", own => AloneAsync(own, s_edges)) { TroublesRedis = true, HidesTurns = true },
        new("host", "a waiting room or a checkout is alone", own => AloneAsync(own, s_inner)) { TroublesRedis = true },
        new("packets", "packets are lost", LosePacketsAsync) { TroublesRedis = true, HidesTurns = true },
        new("link", "an edge's link is slow", own => SlowAsync(own, s_edges)) { TroublesRedis = true, HidesTurns = true },
        new("link", "a waiting room's or a checkout's link is slow", own => SlowAsync(own, s_inner)) { TroublesRedis = true },
        new("clock", "a clock is ten minutes wrong", ClockAsync),
    ];

    private async Task<bool> CutAsync(OneFault own, string[] hosts, string[] from, bool sent) =>
        await own.HoldAsync(own.Seconds(0.5, 8), await network.DropAsync(
            hosts[own.Next(hosts.Length)], [.. from.Select(other => new NetworkRule(network[other].Address, sent))]));

    private async Task<bool> AloneAsync(OneFault own, string[] hosts) => await own.HoldAsync(own.Seconds(0.5, 8), await network.DropAsync(
        hosts[own.Next(hosts.Length)], new NetworkRule(null, Sent: true), new NetworkRule(null, Sent: false)));

    private async Task<bool> LosePacketsAsync(OneFault own)
    {
        var percent = own.Next(2, 25);
        return await own.HoldAsync(own.Seconds(1, 8), await network.DropAsync(
            Hosts[own.Next(Hosts.Count)], new NetworkRule(null, Sent: true, percent), new NetworkRule(null, Sent: false, percent)));
    }

    private async Task<bool> SlowAsync(OneFault own, string[] hosts) =>
        await own.HoldAsync(own.Seconds(1, 8), await network.SlowAsync(hosts[own.Next(hosts.Length)]));

    private Task<bool> ClockAsync(OneFault own)
    {
        var host = Services[own.Next(Services.Count)];
        network.SetClock(host, own.Next(2) == 0 ? MostSecondsWrong : -MostSecondsWrong);
        return own.ForAsync(own.Seconds(3, 10), () => network.SetClock(host, 0));
    }

    private static string[] Both(string name) => [.. Enumerable.Range(0, OfEach).Select(i => Topology.Numbered(name, i))];
}
