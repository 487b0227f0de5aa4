using FlashSale.Local.Processes;

namespace FlashSale.Local.Servers;

/// <summary>Waits for a server that has just been started.</summary>
internal static class ServerReadiness
{
    /// <summary>Long enough for a crash recovery on a slow disk.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(40);

    /// <param name="ask">Returns what is wrong, null when it is ready.</param>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time; with the end of its log.</exception>
    public static async Task WaitAsync(
        string name, ChildProcess process, Func<CancellationToken, Task<string?>> ask, CancellationToken cancel)
    {
        string? wrong = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_limit);
        try
        {
            while ((wrong = await ask(limit.Token)) is not null)
            {
                if (process.HasExited)
                    throw new InvalidOperationException($"{name} ended while starting:\n{process.LogTail()}");
                await Task.Delay(s_pause, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            await process.KillAsync();
            throw new InvalidOperationException($"{name} was not ready within {s_limit} ({wrong}):\n{process.LogTail()}");
        }
    }
}
