using FlashSale.Queue;
using FlashSale.Simulator.Time;

using StackExchange.Redis;

namespace FlashSale.Simulator.World;

/// <summary>
/// One process' connection to Redis, as <see cref="LineRedis"/> behaves: commands arrive in the order in which they were
/// sent, so do their answers, and one that takes longer than the client waits is given up.
/// </summary>
/// <param name="number">Which edge or waiting room it is.</param>
internal sealed class RedisConnection(SimulatedRedis server, SimulatedProcess process, Chance chance, int number) : ILineServer
{
    /// <summary>As <see cref="LineRedis"/> waits for an answer.</summary>
    private const long Timeout = 1500 * TimeSpan.TicksPerMillisecond;

    private const long LeastDelay = TimeSpan.TicksPerMillisecond / 10;
    private const long MostDelay = 4 * TimeSpan.TicksPerMillisecond;

    private readonly List<IHappening> _delayed = [];
    private long _lastArrival, _lastAnswer;

    public int Number => number;

    public Reach Reach { get; private set; }

    /// <summary>How much later the board arrives here, in ticks.</summary>
    public long BoardDelay { get; set; }

    /// <summary>Whether what is on its way when the process pauses has not left it yet.</summary>
    public bool HoldsWhatItSends { get; set; }

    public Task<RedisResult> RunAsync(Script script, RedisKey[] keys, RedisValue[] values) =>
        Send(new RunCommand(this, script, keys, values));

    public Task<HashEntry[]> ReadAsync(RedisKey hash) => Send(new ReadCommand(this, hash));

    public void Set(Reach reach)
    {
        Reach = reach;
        if (reach == Reach.Delayed) return;
        foreach (var command in _delayed) process.Time.In(Hop(), command);
        _delayed.Clear();
    }

    private bool Loses() => chance.Happens(0.5);

    private long Hop() => chance.Delay(LeastDelay, MostDelay) + server.Slowness;

    private Task<T> Send<T>(Command<T> command)
    {
        var time = process.Time;
        if (Reach == Reach.Refused || !server.IsUp)
        {
            command.GiveUpIn(LeastDelay);
        }
        else if (Reach is Reach.Lost or Reach.Delayed)
        {
            command.GiveUpIn(Timeout);
            if (Reach == Reach.Delayed) _delayed.Add(command);
        }
        else
        {
            _lastArrival = Math.Max(_lastArrival, time.Now + Hop());
            time.In(_lastArrival - time.Now, command);
        }

        return command.Task;
    }

    /// <summary>A command on its way: it arrives, and then its answer does.</summary>
    private abstract class Command<T>(RedisConnection connection) : TaskCompletionSource<T>, IHappening
    {
        private readonly long _sentAt = connection.Process.Time.Now;
        private readonly int _life = connection.Server.Life;
        private bool _hasRun;
        private T? _answer;

        protected RedisConnection Connection => connection;

        protected virtual long ExtraDelay => 0;

        protected abstract T RunNow();

        public void Happen()
        {
            if (!_hasRun) Arrive();
            // Of a server that has died since, the answer may have been under way already.
            else if (connection.Server.Life != _life && connection.Loses()) TrySetException(NoAnswer());
            else TrySetResult(_answer!);
        }

        /// <summary>It gets no answer; it may run all the same.</summary>
        public void GiveUpIn(long ticks) => connection.Process.Time.In(ticks, new GivingUp(this), connection.Process);

        private void Arrive()
        {
            var (server, process, time) = (connection.Server, connection.Process, connection.Process.Time);
            if (connection.HoldsWhatItSends && !process.IsRunning)
            {
                process.Takes(this);
                return;
            }

            if (server.Life != _life || !server.IsUp)
            {
                GiveUpIn(LeastDelay);
                return;
            }

            if (server.Stall is > 0 and var stall)
            {
                time.In(stall, this);
                return;
            }

            _answer = RunNow();
            _hasRun = true;
            var answerAt = Math.Max(connection._lastAnswer, time.Now + connection.Hop() + ExtraDelay);
            if (connection.Reach != Reach.Fine || answerAt - _sentAt > Timeout)
            {
                GiveUpIn(Math.Max(LeastDelay, _sentAt + Timeout - time.Now));
                return;
            }

            connection._lastAnswer = answerAt;
            time.In(answerAt - time.Now, this, process);
        }

        private static LineUnavailableException NoAnswer() => new(new TimeoutException("no answer from the simulated Redis"));

        private sealed class GivingUp(Command<T> command) : IHappening
        {
            public void Happen() => command.TrySetException(NoAnswer());
        }
    }

    private SimulatedRedis Server => server;

    private SimulatedProcess Process => process;

    private sealed class RunCommand(RedisConnection connection, Script script, RedisKey[] keys, RedisValue[] values)
        : Command<RedisResult>(connection)
    {
        protected override RedisResult RunNow() => Connection.Server.Run(Connection, script, keys, values);
    }

    private sealed class ReadCommand(RedisConnection connection, RedisKey hash) : Command<HashEntry[]>(connection)
    {
        protected override long ExtraDelay =>
            hash == LineKeys.Board || hash == LineKeys.AwakeBoard ? Connection.BoardDelay : 0;

        protected override HashEntry[] RunNow() => Connection.Server.Read(hash);
    }
}
