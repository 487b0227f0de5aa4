using System.Diagnostics.Metrics;

namespace FlashSale.Tests.Support;

/// <summary>What a counter of this process has counted of one outcome, from now on, by whichever test.</summary>
internal sealed class OutcomeCounter : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _count;

    public OutcomeCounter(string instrument, string outcome)
    {
        _listener.InstrumentPublished = (published, listener) =>
        {
            if (published.Name == instrument) listener.EnableMeasurementEvents(published);
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            foreach (var tag in tags)
                if (tag.Key == "outcome" && Equals(tag.Value, outcome)) Interlocked.Add(ref _count, count);
        });
        _listener.Start();
    }

    public long Count => Interlocked.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
