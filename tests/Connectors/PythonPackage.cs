namespace FlashSale.Tests.Connectors;

/// <summary>connectors/python, installed by pip beside Debian's PyJWT, Flask and Uvicorn.</summary>
public sealed class PythonPackage : ConnectorPackage
{
    /// <summary>Debian's own, beside whose packages it is installed.</summary>
    public const string Python = "/usr/bin/python3";

    /// <inheritdoc />
    public override async ValueTask InitializeAsync()
    {
        // pip builds in the folder that it is given.
        var source = Path.Combine(Folder, "source");
        foreach (var file in Directory.EnumerateFiles(ConnectorShop.Package("python"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(source, Path.GetRelativePath(ConnectorShop.Package("python"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        await ConnectorShop.RunAsync(Folder, Python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation",
            "--target", Path.Combine(Folder, "packages"), source);
    }
}
