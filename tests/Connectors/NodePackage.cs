using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.Connectors;

/// <summary>connectors/node, packed and installed by npm.</summary>
public sealed class NodePackage : ConnectorPackage
{
    /// <inheritdoc />
    public override async ValueTask InitializeAsync()
    {
        // What it needs of others is the sample's, at the locked version.
        await NodePackages.InstallAsync(TestContext.Current.CancellationToken);
        await ConnectorShop.RunAsync(Folder, "npm", "pack", ConnectorShop.Package("node"), "--pack-destination", Folder, "--silent");
        await ConnectorShop.RunAsync(Folder, "npm", "install", "--prefix", Folder, "--no-audit", "--no-fund", "--silent", "--offline",
            Path.Combine(Repository.Root, "samples/node/node_modules/jose"), Directory.GetFiles(Folder, "*.tgz").Single());
    }
}
