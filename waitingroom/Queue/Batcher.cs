using FlashSale.Contract;

namespace FlashSale.Queue;

/// <summary>
/// Sends what arrives together as one batch: at once when idle, and while a batch is under way the next one gathers.
/// A batch is made up after whatever this process has been given to do before, so that what is being read already comes
/// along: it is as large as the load makes it, without a timer.
/// </summary>
/// <param name="maxBatch">Items a batch: what one script call may hold up Redis with.</param>
/// <param name="maxPending">Items waiting at the most; more are refused.</param>
/// <param name="patience">An item that has waited longer than this is not sent any more: it gets no answer.</param>
/// <param name="send">Sends a batch; an answer for each item, or null when there is none (Redis down, no line).</param>
internal sealed class Batcher<TItem, TAnswer>(
    int maxBatch, int maxPending, TimeSpan patience, TimeProvider clock,
    Func<IReadOnlyList<TItem>, Task<TAnswer[]?>> send)
{
    private readonly Lock _gate = new();
    private readonly Queue<(TItem Item, long Since, TaskCompletionSource<(bool, TAnswer)> Done)> _pending = new();
    private bool _running;

    /// <summary>
    /// Adds an item and waits for its answer; false when there is none. It comes within the patience and what one batch
    /// may take, so no item needs a timer of its own.
    /// </summary>
    public Task<(bool Answered, TAnswer Answer)> AddAsync(TItem item)
    {
        var done = new TaskCompletionSource<(bool, TAnswer)>(OneThread.Continuations);
        lock (_gate)
        {
            if (_pending.Count >= maxPending) return Task.FromResult((false, default(TAnswer)!));
            _pending.Enqueue((item, clock.GetTimestamp(), done));
            if (!_running)
            {
                _running = true;
                _ = DrainAsync(); // It tells its outcome to those who wait.
            }
        }

        return done.Task;
    }

    private async Task DrainAsync()
    {
        var items = new List<TItem>();
        var waiting = new List<TaskCompletionSource<(bool, TAnswer)>>();
        while (true)
        {
            // To the end of the pool's queue, behind requests that have arrived and answers to the last batch.
            if (OneThread.Current is { } thread) await thread.YieldAsync().ConfigureAwait(false);
            else await Task.Yield();
            items.Clear();
            waiting.Clear();
            lock (_gate)
            {
                while (items.Count < maxBatch && _pending.TryDequeue(out var next))
                {
                    if (clock.GetElapsedTime(next.Since) > patience)
                    {
                        next.Done.SetResult((false, default!));
                        continue;
                    }

                    items.Add(next.Item);
                    waiting.Add(next.Done);
                }

                _running = items.Count > 0;
                if (!_running) return;
            }

            await SendAsync(items, waiting).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(List<TItem> items, List<TaskCompletionSource<(bool, TAnswer)>> waiting)
    {
        try
        {
            var answers = await send(items).ConfigureAwait(false);
            for (var i = 0; i < waiting.Count; i++)
                waiting[i].SetResult(answers is null ? (false, default!) : (true, answers[i]));
        }
        catch (Exception error)
        {
            // Each of them reports it; the next batch is another matter.
            foreach (var one in waiting) one.TrySetException(error);
        }
    }
}
