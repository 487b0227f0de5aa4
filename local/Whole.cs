namespace FlashSale.Local;

/// <summary>What does not come to be as a whole leaves nothing.</summary>
public static class Whole
{
    /// <summary>Starts what has been made; if that fails, disposes of it.</summary>
    /// <returns>The same.</returns>
    public static async Task<T> StartAsync<T>(T made, Func<T, Task> start) where T : IAsyncDisposable
    {
        ArgumentNullException.ThrowIfNull(start);
        try
        {
            await start(made);
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }
}
