using Xunit;

namespace FlashSale.Tests.Connectors;

/// <summary>A folder in which a connector's package is installed, once for the tests of a class.</summary>
public abstract class ConnectorPackage : IAsyncLifetime
{
    /// <summary>Where it is installed, and where the shops' programs are.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("flashsale-connector-").FullName;

    /// <summary>Installs it as a user would.</summary>
    public abstract ValueTask InitializeAsync();

    /// <summary>Deletes all of it.</summary>
    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Where the processes of one shop keep what they share.</summary>
    internal string Shared(Uri edge) => Path.Combine(Folder, $"shared-{edge.Port}");
}
