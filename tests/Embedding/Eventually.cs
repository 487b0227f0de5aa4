namespace FlashSale.Tests.Embedding;

/// <summary>Waits for a condition instead of for a time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    public static async Task TrueAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (!condition()) await Task.Delay(10, patience.Token);
    }
}
