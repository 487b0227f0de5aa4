using System.Text.Json;

namespace FlashSale.Local.Hosts;

/// <summary>On which host each service runs; on this machine, if nothing else is said.</summary>
public sealed record HostMap(IReadOnlyDictionary<string, Host> Hosts)
{
    /// <summary>The file that <see cref="FromEnvironment"/> reads, as <see cref="Write"/> writes it.</summary>
    public const string Variable = "FLASHSALE_HOSTS";

    /// <summary>Everything on this machine.</summary>
    public static HostMap OneMachine { get; } = new(new Dictionary<string, Host>());

    /// <summary>By the service's name: <c>gateway</c>, <c>gateway-2</c>, <c>checkout</c>…</summary>
    public Host Of(string service) => Hosts.GetValueOrDefault(service, Host.Local);

    public static HostMap FromEnvironment() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file
        ? JsonSerializer.Deserialize<HostMap>(File.ReadAllText(file)) ?? throw new UsageException($"{file} holds no hosts")
        : OneMachine;

    public void Write(string file) => File.WriteAllText(file, JsonSerializer.Serialize(this));
}
