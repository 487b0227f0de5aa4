namespace FlashSale.Tests.Embedding;

/// <summary>deploy/caddy/Caddyfile in a real Caddy, between a shop and an edge that knows one cookie.</summary>
public sealed class CaddyTests : ProxyTests
{
    private protected override Task<GatedShop> StartAsync() => GatedShop.StartAsync("caddy", (bed, origin) =>
    {
        File.WriteAllText(Path.Combine(bed.Folder, "Caddyfile"), bed.Recipe("deploy/caddy/Caddyfile")
            .Replace("\n:80 {", $"\nhttp://{origin.Authority} {{", StringComparison.Ordinal));
        return ["run", "--config", $"{bed.Folder}/Caddyfile", "--adapter", "caddyfile"];
    });
}
