namespace FlashSale.Local.Processes;

/// <summary>Finds installed programs.</summary>
public static class Programs
{
    /// <summary>Servers live in sbin, which is not on every user's path.</summary>
    private static readonly string[] s_alsoIn =
        ["/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/local/bin", "/opt/homebrew/bin"];

    /// <summary>The full path of the first of <paramref name="names"/> that is installed, or null.</summary>
    public static string? Find(params string[] names)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(s_alsoIn).ToArray();
        return names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
