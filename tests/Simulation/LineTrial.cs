using System.Text;

using FlashSale.Simulator.Models;

using StackExchange.Redis;

namespace FlashSale.Tests.Simulation;

/// <summary>
/// A sequence of random operations on a real server and on the model, which begins with nothing in it. After
/// each the answers and all that is held must be the same. Where the server's clock runs, the model is asked
/// for each millisecond at which the server can have run the operation; at one of them everything must be the
/// same.
/// </summary>
internal sealed class LineTrial(RealLine real, int seed, LineTally tally)
{
    /// <summary>Operations that a failure shows.</summary>
    private const int Shown = 8;

    private readonly RandomLine _random = new(seed, real.IsGiven);
    private readonly Queue<string> _last = new();
    private RedisModel _model = new();
    private RedisModel? _kept;
    private int _operations;

    public async Task BeginAsync()
    {
        await real.ClearAsync();
        _model = new RedisModel
        {
            IsCluster = real.IsCluster,
            RunId = real.IsGiven ? "89abcdef0123456789abcdef0123456789abcdef" : real.Run,
            NowMs = real.IsGiven
                ? 1_900_000_000_000 : TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        };
    }

    /// <exception cref="LineDifferenceException">They did not do the same.</exception>
    public async Task StepAsync()
    {
        _operations++;
        if (real.IsGiven) _model.NowMs += _random.NextMs();
        var operation = _random.Next(_model);
        _last.Enqueue($"{_operations} at {_model.NowMs}: {operation}");
        if (_last.Count > Shown) _last.Dequeue();
        if (operation is LineOperation.GoBack back) _model.RunId = back.Run;

        var observed = await real.RunAsync(operation, _model);
        string told = "", dump = "";
        for (var now = observed.FromMs; now <= observed.ToMs; now++)
        {
            var model = observed.FromMs == observed.ToMs ? _model : _model.Copy();
            model.NowMs = now;
            told = Run(operation, ref model);
            dump = model.Dump();
            if (told != observed.Answer || dump != observed.Dump) continue;
            _model = model;
            tally.Add(operation, told);
            return;
        }

        throw new LineDifferenceException(Tell(observed, told, dump));
    }

    private string Run(LineOperation operation, ref RedisModel model)
    {
        switch (operation)
        {
            case LineOperation.Call call:
                try
                {
                    return LineText.Of(call.Script, model.Run(call.Script, call.Keys, call.Values));
                }
                catch (RedisException)
                {
                    return "error";
                }

            case LineOperation.Lose lose:
                model.Delete(lose.Key);
                return "";
            case LineOperation.Keep:
                _kept = model.Copy();
                return "";
            case LineOperation.GoBack back:
                var copy = _kept?.Copy() ?? new RedisModel();
                (copy.NowMs, copy.RunId, copy.IsCluster) = (model.NowMs, back.Run, model.IsCluster);
                model = copy;
                return "";
            default:
                throw new InvalidOperationException($"{operation}");
        }
    }

    private string Tell(Observed observed, string told, string dump)
    {
        var text = new StringBuilder(
            $"seed {seed}, operation {_operations} on {real.Version}: the model does otherwise\n");
        foreach (var operation in _last) text.Append(operation).Append('\n');
        text.Append($"{real.Version} at {observed.FromMs}–{observed.ToMs}: {observed.Answer}\n");
        text.Append($"model: {told}\n");
        var (held, modelled) = (observed.Dump.Split('\n'), dump.Split('\n'));
        foreach (var line in held.Except(modelled)) text.Append($"only {real.Version} has: {line}\n");
        foreach (var line in modelled.Except(held)) text.Append($"only the model has: {line}\n");
        return text.ToString();
    }
}
