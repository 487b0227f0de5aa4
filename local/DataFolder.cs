using System.Globalization;

namespace FlashSale.Local;

/// <summary>What is where in the folder of one running system.</summary>
public sealed class DataFolder(string path)
{
    private const string Marker = "flashsale.data";
    private const int LockTries = 10;
    private static readonly TimeSpan s_lockPause = TimeSpan.FromMilliseconds(50);

    public string Path { get; } = path;

    /// <summary>What ends the system that runs here.</summary>
    public string DownCommand => Path == Repository.DataFolder(null)
        ? "./flashsale down" : $"./flashsale down --data '{Path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    public string StateFile => In("state.json");

    public string SecretsFile => In("secrets.json");

    public string Keys => In("keys");

    public string Redis => In("redis");

    public string MariaDb => In("mysql");

    public string LogOf(string name) => In("logs", name + ".log");

    /// <summary>Makes it, or empties it; refuses to empty a folder that is not a system's.</summary>
    public void Prepare(bool fresh)
    {
        var exists = Directory.Exists(Path) && Directory.EnumerateFileSystemEntries(Path).Any();
        if (exists && !File.Exists(In(Marker)))
            throw new CommandFailedException($"{Path} exists and was not made by flashsale up");
        if (exists && fresh) Directory.Delete(Path, recursive: true);
        Directory.CreateDirectory(In("logs"));
        Directory.CreateDirectory(Keys);
        if (!OperatingSystem.IsWindows())
            foreach (var own in new[] { Path, Keys }) // A waiting room refuses keys that lie open.
                File.SetUnixFileMode(own, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(In(Marker), "The data of one ./flashsale up.\n");
    }

    /// <summary>
    /// Held by the one <c>up</c> that runs here, and let go by the kernel when it dies; null = someone has it. Tried a
    /// few times, because <see cref="IsInUse"/> holds it for a moment.
    /// </summary>
    public async Task<IDisposable?> LockAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(LockFile)!);
        for (var tries = 1; ; tries++)
        {
            if (TryLock() is { } held)
            {
                await File.WriteAllTextAsync(PidFile, $"{Environment.ProcessId}\n", cancel);
                return held;
            }
            if (tries == LockTries) return null;
            await Task.Delay(s_lockPause, cancel);
        }
    }

    /// <summary>The pid of the <c>up</c> that runs here, ready or not; null = none.</summary>
    public int? Owner()
    {
        if (!IsInUse() || !File.Exists(PidFile)) return null;
        return int.TryParse(File.ReadAllText(PidFile), CultureInfo.InvariantCulture, out var pid) ? pid : null;
    }

    private FileStream? TryLock()
    {
        try
        {
            return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>True while an <c>up</c> runs here.</summary>
    public bool IsInUse()
    {
        if (!File.Exists(LockFile)) return false;
        using var held = TryLock();
        return held is null;
    }

    /// <summary>Beside the folder, so that --fresh cannot remove it while it is held.</summary>
    private string LockFile => Path.TrimEnd('/') + ".lock";

    private string PidFile => Path.TrimEnd('/') + ".pid";

    private string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);
}
