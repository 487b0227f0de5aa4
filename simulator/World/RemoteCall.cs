using FlashSale.Simulator.Time;

namespace FlashSale.Simulator.World;

/// <summary>
/// A request to a process: it arrives, is served there, and its answer comes back. It is refused when the process is dead,
/// or dies meanwhile; it is given up when that takes too long, and goes on there all the same.
/// </summary>
internal sealed class RemoteCall<T> : TaskCompletionSource<(CallEnd End, T? Answer)>, IHappening where T : class
{
    private const long Refusal = TimeSpan.TicksPerMillisecond;

    private readonly SimulatedProcess _server;
    private readonly SimulatedProcess? _caller;
    private readonly Func<Task<T?>> _serve;
    private readonly Chance _chance;
    private readonly Action _cut;
    private CallEnd _end = CallEnd.TimedOut;
    private T? _answer;

    /// <param name="caller">Null for a shopper, whose machine does not fail.</param>
    /// <param name="patience">In ticks.</param>
    public RemoteCall(
        VirtualTime time, SimulatedProcess server, SimulatedProcess? caller, Chance chance, long patience, Func<Task<T?>> serve)
    {
        (_server, _caller, _chance, _serve, _cut) = (server, caller, chance, serve, Cut);
        if (!server.IsAlive)
        {
            Cut();
            return;
        }

        server.Serves(_cut);
        time.In(Hop(), this, server);
        time.In(patience, new Ending(this), caller);
    }

    /// <summary>It has arrived.</summary>
    public void Happen() => _server.Time.Start(ServeAsync);

    private async Task ServeAsync()
    {
        _answer = await _serve();
        _end = CallEnd.Answered;
        _server.Time.In(Hop(), new Ending(this), _caller);
    }

    private void Cut()
    {
        if (_end == CallEnd.Answered) return;
        _end = CallEnd.Refused;
        _server.Time.In(Refusal, new Ending(this), _caller);
    }

    private void End()
    {
        if (!TrySetResult((_end, _answer))) return;
        _server.HasServed(_cut);
    }

    private long Hop() => _chance.Delay(TimeSpan.TicksPerMillisecond / 4, 24 * TimeSpan.TicksPerMillisecond);

    private sealed class Ending(RemoteCall<T> call) : IHappening
    {
        public void Happen() => call.End();
    }
}
