using System.Net.NetworkInformation;

using FlashSale.Local;
using FlashSale.Local.Hosts;
using FlashSale.Local.Processes;

namespace FlashSale.LoadTest.Chaos.Parts;

/// <summary>
/// A host for each process: network namespaces on a bridge, each with its own address, its own packet filter and its own clock.
/// The crowd and the checker are on the bridge's side.
/// </summary>
internal sealed class HostNetwork : IAsyncDisposable
{
    private const string Prefix = "flashsale-", ClockSource = "loadtest/Chaos/Parts/clock.c";

    /// <summary>Of the addresses that RFC 2544 keeps for tests of networks.</summary>
    private const string Net = "198.18";
    private const int Nets = 250;

    /// <summary>Each packet waits its turn behind so few bits a second; what waits longer is lost.</summary>
    private static readonly string[] s_slow = ["tbf", "rate", "400kbit", "burst", "4kb", "latency", "400ms"];

    private static readonly Dictionary<string, string> s_ourClock = [];

    private readonly string _folder, _bridge = $"fs{Environment.ProcessId}";
    private readonly int _net = FreeNet();
    private readonly Dictionary<string, (string Namespace, Host Host)> _hosts = [];
    private readonly Dictionary<string, List<NetworkRule>> _rules = [];
    private readonly SemaphoreSlim _changing = new(1, 1);

    private HostNetwork(string folder) => _folder = folder;

    public HostMap Map => new(_hosts.ToDictionary(pair => pair.Key, pair => pair.Value.Host));

    public Host this[string name] => _hosts[name].Host;

    /// <param name="withClocks">Those whose clocks can be set.</param>
    /// <exception cref="CommandFailedException">No namespaces are to be had here; it says what is missing.</exception>
    public static async Task<HostNetwork> CreateAsync(IReadOnlyList<string> names, IReadOnlyCollection<string> withClocks, string folder)
    {
        try
        {
            return await Whole.StartAsync(new HostNetwork(folder), network => network.StartAsync(names, withClocks));
        }
        catch (CommandFailedException error)
        {
            throw new CommandFailedException(
                $"--hosts needs network namespaces: root on Linux, with iproute2, nftables and a C compiler ({error.Message})");
        }
    }

    /// <summary>Drops packets of a host until the result is disposed of.</summary>
    public async Task<IAsyncDisposable> DropAsync(string name, params NetworkRule[] rules)
    {
        await ChangeAsync(name, own => own.AddRange(rules));
        return new Lift(() => ChangeAsync(name, own => own.RemoveAll(rule => rules.Any(one => ReferenceEquals(one, rule)))));
    }

    /// <summary>Makes a host's link slow until the result is disposed of.</summary>
    public async Task<IAsyncDisposable> SlowAsync(string name)
    {
        await InAsync(name, "tc", ["qdisc", "replace", "dev", "eth0", "root", .. s_slow]);
        return new Lift(() => InAsync(name, "tc", ["qdisc", "del", "dev", "eth0", "root"]));
    }

    /// <summary>From now on a host's clock is so many seconds before or behind ours.</summary>
    public void SetClock(string name, int seconds)
    {
        // In place: the host's process reads it while it is written.
        using var file = new FileStream(ClockFile(name), FileMode.OpenOrCreate, FileAccess.Write);
        file.Write(BitConverter.GetBytes(seconds));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (space, _) in _hosts.Values) await RemoveAsync(["netns", "del", space]);
        await RemoveAsync(["link", "del", _bridge]);
        _changing.Dispose();
    }

    private Dictionary<string, string> ClockOf(string name)
    {
        SetClock(name, 0);
        return new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = Clock,
            ["FLASHSALE_CLOCK"] = ClockFile(name),
        };
    }

    private string Clock => Path.Combine(_folder, "clock.so");

    private string ClockFile(string name) => Path.Combine(_folder, $"{name}.clock");

    private async Task StartAsync(IReadOnlyList<string> names, IReadOnlyCollection<string> withClocks)
    {
        await Tool.RequireAsync("cc", ["-shared", "-fPIC", "-O2", "-o", Clock, Path.Combine(Repository.Root, ClockSource)]);
        await RemoveLeftAsync();
        await Tool.RequireAsync("ip", ["link", "add", "name", _bridge, "type", "bridge"]);
        await Tool.RequireAsync("ip", ["addr", "add", $"{Net}.{_net}.1/24", "dev", _bridge]);
        await Tool.RequireAsync("ip", ["link", "set", _bridge, "up"]);
        foreach (var (i, name) in names.Index())
        {
            var (space, address, cable) = ($"{Prefix}{Environment.ProcessId}-{i}", $"{Net}.{_net}.{11 + i}", $"{_bridge}x{i}");
            await Tool.RequireAsync("ip", ["netns", "add", space]);
            _hosts[name] = (space, new Host(address, ["ip", "netns", "exec", space],
                withClocks.Contains(name) ? ClockOf(name) : s_ourClock));
            _rules[name] = [];
            await Tool.RequireAsync("ip", ["link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space]);
            await Tool.RequireAsync("ip", ["link", "set", cable, "master", _bridge, "up"]);
            await InAsync(name, "ip", ["link", "set", "lo", "up"]);
            await InAsync(name, "ip", ["addr", "add", $"{address}/24", "dev", "eth0"]);
            await InAsync(name, "ip", ["link", "set", "eth0", "up"]);
            await InAsync(name, "nft", ["-f", "-"],
                """
                add table inet faults
                add chain inet faults sent { type filter hook output priority 0; }
                add chain inet faults received { type filter hook input priority 0; }
                """);
        }
    }

    private async Task ChangeAsync(string name, Action<List<NetworkRule>> change)
    {
        await _changing.WaitAsync();
        try
        {
            change(_rules[name]);
            await InAsync(name, "nft", ["-f", "-"], string.Join('\n', (string[])
                ["flush chain inet faults sent", "flush chain inet faults received", .. _rules[name].Select(rule => $"{rule}"), ""]));
        }
        finally
        {
            _changing.Release();
        }
    }

    private Task<string> InAsync(string name, string program, IEnumerable<string> arguments, string? input = null) =>
        Tool.RequireAsync("ip", ["netns", "exec", _hosts[name].Namespace, program, .. arguments], input);

    /// <summary>What a run that was killed has left.</summary>
    private static async Task RemoveLeftAsync()
    {
        foreach (var line in (await Tool.RequireAsync("ip", ["netns", "list"])).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = line.Split(' ')[0];
            if (!name.StartsWith(Prefix, StringComparison.Ordinal) || Runs(name[Prefix.Length..].Split('-')[0])) continue;
            await RemoveAsync(["netns", "del", name]);
        }

        foreach (var link in NetworkInterface.GetAllNetworkInterfaces().Select(link => link.Name))
            if (link.StartsWith("fs", StringComparison.Ordinal) && int.TryParse(link[2..], out _) && !Runs(link[2..]))
                await RemoveAsync(["link", "del", link]);
    }

    private static int FreeNet()
    {
        string[] taken = [.. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(link => link.GetIPProperties().UnicastAddresses).Select(one => $"{one.Address}")];
        return Enumerable.Range(0, Nets).Select(next => (Environment.ProcessId + next) % Nets)
            .First(net => !taken.Any(address => address.StartsWith($"{Net}.{net}.", StringComparison.Ordinal)));
    }

    /// <summary>Another process that had our number has ended.</summary>
    private static bool Runs(string pid) => pid != $"{Environment.ProcessId}" && Directory.Exists($"/proc/{pid}");

    private static async Task RemoveAsync(string[] words)
    {
        try
        {
            await Tool.RequireAsync("ip", words);
        }
        catch (CommandFailedException)
        {
            // It was never made, or has gone with what it belonged to.
        }
    }

    private sealed class Lift(Func<Task> lift) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await lift();
    }
}
