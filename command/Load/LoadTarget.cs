using FlashSale.Local;
using FlashSale.Local.Processes;

namespace FlashSale.Command.Load;

/// <summary>
/// The system under load: the one that runs, or one of our own in a temporary folder that ends with us.
/// </summary>
public sealed class LoadTarget : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    /// <summary>To start everything; MariaDB makes its files first.</summary>
    private static readonly TimeSpan s_start = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly ChildProcess? _own;
    private readonly string? _folder;

    private LoadTarget(DataFolder data, SystemState state, ChildProcess? own, string? folder) =>
        (Data, State, _own, _folder) = (data, state, own, folder);

    public DataFolder Data { get; }

    public SystemState State { get; }

    public static async Task<LoadTarget> FindAsync(DataFolder data, CancellationToken cancel)
    {
        if (await SystemState.ReadAsync(data, cancel) is { } running)
        {
            Console.WriteLine($"Using the system in {data.Path} at {running.Edges[0].Url}");
            return new LoadTarget(data, running, null, null);
        }

        Console.WriteLine($"Nothing runs in {data.Path}; starting a system for this run.");
        return await OwnAsync(cancel);
    }

    /// <summary>A system in a temporary folder, whatever else runs.</summary>
    /// <param name="environment">What it has beside ours.</param>
    public static async Task<LoadTarget> OwnAsync(
        CancellationToken cancel, IReadOnlyDictionary<string, string>? environment = null)
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-load-").FullName;
        var data = new DataFolder(Path.Combine(folder, "data"));
        var own = await ChildProcess.StartAsync(new ChildStart(
            Repository.DotNet,
            [
                Repository.Command, "up", "--port", $"{FreePort.Next()}", "--data", data.Path,
            ],
            Path.Combine(folder, "up.log"), environment));
        try
        {
            return new LoadTarget(data, await ReadyAsync(own, data, cancel), own, folder);
        }
        catch
        {
            await EndAsync(own, folder);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_own is not null) await EndAsync(_own, _folder!);
    }

    private static async Task EndAsync(ChildProcess own, string folder)
    {
        await own.StopAsync(s_patience);
        await own.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<SystemState> ReadyAsync(ChildProcess up, DataFolder data, CancellationToken cancel)
    {
        for (var begun = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(begun) < s_start;)
        {
            if (await SystemState.ReadAsync(data, cancel) is { } state) return state;
            if (up.HasExited) throw new CommandFailedException($"the system did not start:\n{up.LogTail()}");
            await Task.Delay(s_pause, cancel);
        }
        throw new CommandFailedException($"the system was not ready after {s_start}:\n{up.LogTail()}");
    }
}
