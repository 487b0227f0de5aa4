using FlashSale.Local;

namespace FlashSale.Tests.Connectors;

/// <summary>connectors/go, required by a module whose commands are the shops. It needs no other module.</summary>
public sealed class GoPackage : ConnectorPackage
{
    // No network, and nothing beside the repository: what the standard library needs is compiled once.
    private static readonly string s_go =
        $"CGO_ENABLED=0 GOPROXY=off GOFLAGS=-mod=mod GOCACHE={Repository.Root}/artifacts/go go";

    /// <inheritdoc />
    public override async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "go.mod"), $"""
            module shop.example

            go 1.19

            require flashsale.example/waitingroom v1.0.0

            replace flashsale.example/waitingroom => {ConnectorShop.Package("go")}
            """);
        await ConnectorShop.RunAsync(Folder, "sh", "-c", $"cd {Folder} && {s_go} vet flashsale.example/waitingroom");
    }

    /// <summary>Builds the command of a folder, and becomes it.</summary>
    internal IReadOnlyList<string> Run(string name) =>
        ["sh", "-c", $"cd {Folder} && {s_go} build -o {name}/shop ./{name} && exec {name}/shop"];
}
