using System.Threading.Channels;

namespace FlashSale.Checkout.Ledger;

/// <summary>
/// Does what arrives together in one go: a batch is whatever is waiting when a worker becomes free, so an idle checkout adds no delay.
/// </summary>
public abstract class BatchWorker<T> : BackgroundService
{
    /// <summary>Batches at a time: one fills while the other commits.</summary>
    public const int Workers = 2;

    /// <summary>Of a batch; more would make everyone wait for the slowest lock.</summary>
    public const int MaxBatch = 64;

    /// <summary>That wait; more are not taken.</summary>
    public const int MaxWaiting = 4096;

    private readonly Channel<T> _waiting = Channel.CreateBounded<T>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.Wait });

    /// <summary>False when as many wait as may.</summary>
    protected bool TryAdd(T one) => _waiting.Writer.TryWrite(one);

    /// <summary>Answers each of them, whatever happens: it throws nothing.</summary>
    protected abstract Task DoAsync(List<T> batch, CancellationToken cancel);

    /// <summary>Answers one that is not done.</summary>
    protected abstract void GiveUp(T one);

    /// <summary>Gives up all that wait.</summary>
    protected void GiveUpWaiting()
    {
        while (_waiting.Reader.TryRead(out var one)) GiveUp(one);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(stoppingToken)));

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What was accepted is finished first, as far as the host's patience goes.
        _waiting.Writer.TryComplete();
        if (ExecuteTask is { } work)
            await work.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        GiveUpWaiting();
    }

    private async Task WorkAsync(CancellationToken cancel)
    {
        var batch = new List<T>(MaxBatch);
        while (await _waiting.Reader.WaitToReadAsync(cancel).ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var next)) batch.Add(next);
            if (batch.Count > 0) await DoAsync(batch, cancel).ConfigureAwait(false);
        }
    }
}
