using System.Diagnostics;

using FlashSale.Local.Processes;

namespace FlashSale.Local;

/// <summary>What the Node.js sample needs: the connector of this repository, and npm's packages as they are locked.</summary>
public static class NodePackages
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private static string Folder => Path.Combine(Repository.Root, "samples/node");

    private static string Connector => Path.Combine(Repository.Root, "connectors/node");

    /// <summary>
    /// Installs them unless the lock file's are there, and the connector as it is now. One process at a time: npm begins by
    /// deleting the folder.
    /// </summary>
    /// <exception cref="CommandFailedException">Node.js is missing, or npm failed.</exception>
    public static async Task InstallAsync(CancellationToken cancel)
    {
        using var alone = await LockAsync(cancel);
        if (AreThere()) return;
        Console.WriteLine("Installing the Node.js sample's packages (npm ci) …");
        using var npm = Process.Start(new ProcessStartInfo(Program("npm"), ["ci", "--no-audit", "--no-fund", "--silent"])
        {
            WorkingDirectory = Folder,
        })!;
        await npm.WaitForExitAsync(cancel);
        if (npm.ExitCode != 0) throw new CommandFailedException("npm ci failed in samples/node");
    }

    /// <summary>The path of <c>node</c> or <c>npm</c>.</summary>
    public static string Program(string name) => Programs.Find(name)
        ?? throw new CommandFailedException($"{name} is missing: --with-samples needs Node.js (apt-get install nodejs npm)");

    // npm writes its own copy of the lock when it is done.
    private static bool AreThere()
    {
        var installed = new FileInfo(Path.Combine(Folder, "node_modules/.package-lock.json"));
        var wanted = Directory.EnumerateFiles(Connector).Append(Path.Combine(Folder, "package-lock.json"));
        return installed.Exists && installed.LastWriteTimeUtc >= wanted.Max(File.GetLastWriteTimeUtc);
    }

    private static async Task<FileStream> LockAsync(CancellationToken cancel)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts")).FullName, "samples-node.lock");
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(s_pause, cancel);
            }
        }
    }
}
