using FlashSale.Local.Servers;

namespace FlashSale.LoadTest.Chaos.Parts;

/// <summary>The ledger on three nodes that replicate by Galera; the services use the first one that answers.</summary>
internal sealed class Galera : IPart
{
    private const string Part = "MariaDB";

    private readonly GaleraNodes _nodes;

    private Galera(GaleraNodes nodes)
    {
        _nodes = nodes;
        ForServices = nodes.ConnectionString([.. Enumerable.Range(0, GaleraNodes.Nodes)]);
        Faults =
        [
            new(Part, "kill a Galera node", own => OneFault.DoneAsync(AwayAsync(own, _nodes.KillAsync))),
            new(Part, "stop a Galera node", own => OneFault.DoneAsync(AwayAsync(own, _nodes.StopAsync))),
            new(Part, "pause a Galera node", own => OneFault.DoneAsync(SilentAsync(own, [own.Next(GaleraNodes.Nodes)]))),
            new(Part, "pause two of three Galera nodes",
                own => OneFault.DoneAsync(SilentAsync(own, Two(own.Next(GaleraNodes.Nodes))))),
        ];
    }

    public string ForServices { get; }

    public string ForChecker => ForServices;

    public IReadOnlyList<ChaosFault> Faults { get; }

    public static async Task<IPart> StartAsync() => new Galera(await GaleraNodes.StartAsync());

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    private async Task AwayAsync(OneFault own, Func<int, Task> end)
    {
        var node = own.Next(GaleraNodes.Nodes);
        await end(node);
        await Task.Delay(own.Seconds(0, 4), own.Cancel);
        await _nodes.StartAsync(node);
        await _nodes.WholeAsync();
    }

    /// <summary>Longer than the others' patience with it, and shorter.</summary>
    private async Task SilentAsync(OneFault own, int[] nodes)
    {
        foreach (var node in nodes) _nodes.Pause(node);
        await own.ForAsync(own.Seconds(0.5, 5), () => Array.ForEach(nodes, _nodes.Resume));
        await _nodes.WholeAsync();
    }

    /// <summary>Who is left has no majority, and refuses.</summary>
    private static int[] Two(int left) => [.. Enumerable.Range(0, GaleraNodes.Nodes).Where(node => node != left)];
}
