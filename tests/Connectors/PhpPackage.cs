namespace FlashSale.Tests.Connectors;

/// <summary>connectors/php, required by Composer.</summary>
public sealed class PhpPackage : ConnectorPackage
{
    /// <inheritdoc />
    public override async ValueTask InitializeAsync()
    {
        // The PSR interfaces are elsewhere on this machine: there is nothing to fetch.
        await File.WriteAllTextAsync(Path.Combine(Folder, "composer.json"), $$"""
            {
              "require": { "flashsale/waiting-room": "^1.0" },
              "repositories": [
                { "type": "path", "url": "{{ConnectorShop.Package("php")}}", "options": { "symlink": false } },
                { "type": "package", "package": { "name": "psr/http-factory", "version": "1.0.0", "type": "metapackage" } },
                { "type": "package", "package": { "name": "psr/http-message", "version": "1.0.0", "type": "metapackage" } },
                { "type": "package", "package": { "name": "psr/http-server-middleware", "version": "1.0.0", "type": "metapackage" } },
                { "packagist.org": false }
              ]
            }
            """);
        await ConnectorShop.RunAsync(Folder, "composer", "install", "--no-interaction", "--no-progress", "-d", Folder);
        Directory.CreateDirectory(Path.Combine(Folder, "public"));
    }
}
