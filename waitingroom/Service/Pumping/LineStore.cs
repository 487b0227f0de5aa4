using FlashSale.Contract;
using FlashSale.Queue;

using StackExchange.Redis;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>How a look at a line ended.</summary>
public enum LookOutcome
{
    Ok,

    /// <summary>There is no line, or it is of another run of Redis, which may have lost parts of it.</summary>
    Absent,

    /// <summary>A newer leader has been here.</summary>
    Fenced,
}

/// <summary>
/// The pump's side of one line in Redis. Every script carries the leader's fence and the run of Redis it knows.
/// </summary>
public sealed class LineStore(SaleId sale, ILineServer redis)
{
    /// <summary>Settlements a script call.</summary>
    private const int MaxSettle = 500;

    private readonly LineKeys _keys = new(sale);

    public async Task<(LookOutcome Outcome, LineView? View, long FencedBy)> LookAsync(
        Term term, int returning, bool present, LineOrder order, bool started)
    {
        var answer = await redis.RunAsync(
            Script.Look, [_keys.Line, _keys.Returning, _keys.Present, _keys.Edges, _keys.Freed],
            [term.Fence, term.Run, returning, present, order == LineOrder.Shuffle ? "shuffle" : "fifo", started])
            .ConfigureAwait(false);
        return (string?)answer[0] switch
        {
            "ok" => (LookOutcome.Ok, LineView.Read(answer), 0),
            "fenced" => (LookOutcome.Fenced, null, (long)answer[1]),
            _ => (LookOutcome.Absent, null, 0),
        };
    }

    /// <summary>What Redis holds of admissions, and the last epoch, whatever run it is of.</summary>
    public async Task<(List<AdmittedPlace> Admitted, List<AdmittedPlace> Held, uint Epoch, string Past)> LoadAsync()
    {
        var admitted = Parse(await redis.ReadAsync(_keys.Admitted).ConfigureAwait(false));
        var held = Parse(await redis.ReadAsync(_keys.Held).ConfigureAwait(false));
        var line = (await redis.ReadAsync(_keys.Line).ConfigureAwait(false)).ToDictionary(one => (string)one.Name!, one => one.Value);
        var epoch = line.TryGetValue("epoch", out var number) ? (uint)number : 0;
        var past = epoch == 0
            ? "" : $"{epoch}:{line.GetValueOrDefault("shuffled", "-")} {line.GetValueOrDefault("past", "")}".TrimEnd();
        return (admitted, held, epoch, past);
    }

    /// <summary>
    /// Begins an epoch with what is known of places; false when it was refused. There is no line until all of it is
    /// written: a leader that ends in between, or hears no answer, has begun nothing.
    /// </summary>
    public async Task<bool> BeginAsync(
        Term term, uint epoch, string past, long recoverUntil, long blockedUntil, LineOrder order, bool started,
        IReadOnlyCollection<Settlement> settlements)
    {
        RedisKey[] keys =
            [_keys.Line, _keys.Admitted, _keys.Held, _keys.Returning, _keys.Present, _keys.Edges, _keys.Freed];
        var begun = await redis.RunAsync(
            Script.Begin, keys,
            [
                term.Fence, term.Run, (long)epoch, past, recoverUntil, blockedUntil,
                order == LineOrder.Shuffle ? "shuffle" : "fifo", started ? "0" : "",
            ]).ConfigureAwait(false);
        if ((int)begun == 0 || !await SettleAsync(term, settlements).ConfigureAwait(false)) return false;
        var opened = await redis.RunAsync(Script.Open, [_keys.Line], [term.Fence, term.Run, (long)epoch])
            .ConfigureAwait(false);
        return (int)opened == 1;
    }

    /// <summary>Admits; null when refused, else which were admitted.</summary>
    public async Task<bool[]?> AdmitAsync(Term term, LineView view, Choice choice)
    {
        var epochs = choice.Admissions.Select(admission => admission.Place.Epoch).Distinct().ToList();
        RedisKey[] keys = [_keys.Line, _keys.Admitted, _keys.Returning, _keys.Present, .. epochs.Select(_keys.Places)];
        List<RedisValue> values =
            [term.Fence, term.Run, (long)view.Epoch, view.Head, choice.Head, choice.Skipped, choice.Admissions.Count];
        foreach (var admission in choice.Admissions)
        {
            values.Add(epochs.IndexOf(admission.Place.Epoch) + 1);
            values.Add(LineKeys.Field(admission.Place));
            values.Add((long)admission.Place.Number);
            values.Add(LineKeys.Member(admission.Place, admission.Rank));
            values.Add(admission.Value);
        }

        values.Add(choice.Drop.Count);
        values.AddRange(choice.Drop.Select(member => (RedisValue)member));
        values.AddRange(choice.Forget.Select(key => (RedisValue)key));
        var answer = await redis.RunAsync(Script.Admit, keys, [.. values]).ConfigureAwait(false);
        return answer.IsNull ? null : [.. ((int[])answer!).Select(one => one == 1)];
    }

    /// <summary>Writes settlements; false when refused.</summary>
    public async Task<bool> SettleAsync(Term term, IEnumerable<Settlement> settlements)
    {
        foreach (var epoch in settlements.GroupBy(settlement => settlement.Place.Epoch))
        {
            RedisKey[] keys = [_keys.Line, _keys.Admitted, _keys.Held, _keys.Returning, _keys.Places(epoch.Key)];
            foreach (var part in epoch.Chunk(MaxSettle))
            {
                List<RedisValue> values = [term.Fence, term.Run];
                foreach (var (what, place, value) in part)
                    values.AddRange([what, LineKeys.Field(place), (long)place.Number, value]);
                if ((int)await redis.RunAsync(Script.Settle, keys, [.. values]).ConfigureAwait(false) == 0) return false;
            }
        }

        return true;
    }

    private static List<AdmittedPlace> Parse(HashEntry[] entries) =>
        [.. entries.Select(entry => AdmittedPlace.Parse(LineKeys.ParseField(entry.Name!), entry.Value!))];
}

/// <summary>What a tick has decided.</summary>
/// <param name="Head">The new head.</param>
/// <param name="Skipped">Passed over in all.</param>
/// <param name="Drop">Members of returning who are away again.</param>
/// <param name="Forget">Keys of present that are out of date.</param>
public sealed record Choice(
    IReadOnlyList<AdmittedPlace> Admissions, long Head, long Skipped, IReadOnlyList<string> Drop,
    IReadOnlyList<string> Forget);
