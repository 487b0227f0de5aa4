namespace FlashSale.Tests.Embedding;

/// <summary>deploy/haproxy in a real HAProxy, between a shop and an edge that knows one cookie.</summary>
public sealed class HaproxyTests : ProxyTests
{
    private protected override Task<GatedShop> StartAsync() => GatedShop.StartAsync("haproxy", (bed, origin) =>
    {
        var lua = Path.Combine(bed.Folder, "flashsale.lua");
        File.WriteAllText(lua, bed.Recipe("deploy/haproxy/flashsale.lua"));
        var file = Path.Combine(bed.Folder, "haproxy.cfg");
        File.WriteAllText(file, bed.Recipe("deploy/haproxy/haproxy.cfg")
            .Replace("/etc/haproxy/flashsale.lua", lua, StringComparison.Ordinal)
            .Replace("bind :80", $"bind {origin.Authority}", StringComparison.Ordinal));
        return ["-db", "-f", file];
    });
}
