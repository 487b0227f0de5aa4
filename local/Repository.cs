
namespace FlashSale.Local;

/// <summary>Where things are in the checkout of the repository that this command was built from.</summary>
public static class Repository
{
    /// <summary>Debug or Release: the services come from the same build as the command.</summary>
    private static readonly string s_configuration =
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Where a system lives when nothing else is said, seen from the root.</summary>
    private const string DefaultData = ".flashsale";

    /// <summary>The folder of FlashSale.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A built program: <paramref name="project"/> is its folder, <paramref name="assembly"/> its name.</summary>
    public static string Program(string project, string assembly) => Path.Combine(
        Root, project, "bin", s_configuration, $"net{Environment.Version.ToString(2)}", assembly + ".dll");

    /// <summary>What <c>./flashsale</c> runs, for an <c>up</c> that is a process of its own.</summary>
    public static string Command => Program("command", "FlashSale.Command");

    /// <summary>The dotnet that runs this command runs the services too.</summary>
    public static string DotNet { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    /// <summary>Where the command was called; paths given to it are seen from there.</summary>
    public static string CalledFrom { get; } =
        Environment.GetEnvironmentVariable("FLASHSALE_CALLED_FROM") ?? Directory.GetCurrentDirectory();

    /// <summary>The folder named by <c>--data</c>, or the default.</summary>
    public static string DataFolder(string? given) =>
        given is null ? Path.Combine(Root, DefaultData) : Path.GetFullPath(given, CalledFrom);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "FlashSale.sln"))) return folder.FullName;
        throw new CommandFailedException($"{AppContext.BaseDirectory} is not inside a checkout of the repository");
    }
}
