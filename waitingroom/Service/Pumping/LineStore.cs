using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;

using StackExchange.Redis;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>
/// The pump's side of one line in Redis. Every script carries the leader's fence and the run of Redis it knows.
/// </summary>
public sealed class LineStore(SaleId sale, ILineServer redis)
{
    /// <summary>Settlements a script call.</summary>
    private const int MaxSettle = 500;

    private readonly LineKeys _keys = new(sale);

    /// <summary>
    /// Looks at the line; a fence above 0 is a newer leader's, and no view means that there is no line; null when Redis gave no
    /// answer.
    /// </summary>
    public async Task<(LineView? View, long FencedBy)?> LookAsync(Term term, SaleCommand.Look look)
    {
        var answer = await redis.RunAsync(
            Script.Look, [_keys.Line, _keys.Returning, _keys.Present, _keys.Edges, _keys.Freed],
            [term.Fence, term.Run, look.Returning, look.Wanted > 0, Name(look.Order), look.Started]).OrNone();
        if (answer is null) return null;
        return (string?)answer[0] switch
        {
            "ok" => (LookAnswer.Read(answer), 0),
            "fenced" => (null, (long)answer[1]),
            _ => (null, 0),
        };
    }

    /// <summary>Counts who is in line, as the edges have told; null when Redis gave no answer.</summary>
    /// <param name="told">Numbers beyond this one were given so lately that not every edge has told of them: they are there.</param>
    public async Task<LiveCount?> CountAsync(LineView view, bool byRank, long told)
    {
        ArgumentNullException.ThrowIfNull(view);
        var from = byRank ? view.Head : 0;
        var first = (from + 1) / 8;
        RedisKey[] keys =
            [_keys.Left(view.Epoch, byRank), .. view.EdgeIds.Select(edge => _keys.Alive(view.Epoch, byRank, edge))];
        var answer = await redis.RunAsync(Script.Count, keys, [first]).OrNone();
        if (answer is null) return null;
        var parts = (byte[][])answer!;
        var bits = new byte[Math.Max(parts.Max(part => part.Length), view.Next / 8 + 1 - first)];
        foreach (var part in parts[1..])
            for (var i = 0; i < part.Length; i++) bits[i] |= part[i];
        for (var at = Math.Max(told, from) + 1; at <= view.Next; at++) bits[at / 8 - first] |= (byte)(0x80 >> (int)(at % 8));
        for (var i = 0; i < parts[0].Length; i++) bits[i] &= (byte)~parts[0][i];
        return new LiveCount(view.Epoch, byRank, LiveRanks.Count(bits, first, from, view.Next));
    }

    /// <summary>Who has been given a unit and has not redeemed it, as Redis has it at one moment.</summary>
    public async Task<List<AdmittedPlace>> AdmittedAsync() =>
        Parse(await redis.ReadAsync(_keys.Admitted).ConfigureAwait(false));

    /// <summary>What Redis holds of admissions, and the last epoch, whatever run it is of.</summary>
    public async Task<SaleInput.Loaded> LoadAsync(SaleCommand.Load load)
    {
        var admitted = await AdmittedAsync().ConfigureAwait(false);
        var held = Parse(await redis.ReadAsync(_keys.Held).ConfigureAwait(false));
        var missed = await redis.ReadAsync(_keys.Missed).ConfigureAwait(false);
        var line = (await redis.ReadAsync(_keys.Line).ConfigureAwait(false)).ToDictionary(one => (string)one.Name!, one => one.Value);
        var epoch = line.TryGetValue("epoch", out var number) ? (uint)number : 0;
        var past = epoch == 0
            ? "" : $"{epoch}:{line.GetValueOrDefault("shuffled", "-")} {line.GetValueOrDefault("past", "")}".TrimEnd();
        return new SaleInput.Loaded(load.Absent, admitted, held, epoch, past)
        {
            Missed = [.. missed.Select(entry => LineKeys.ParseField(entry.Name!))],
            BlockedUntil = (long)line.GetValueOrDefault("blockedUntil", 0),
        };
    }

    /// <summary>
    /// Begins an epoch with what is known of places; false when it was refused. There is no line until all of it is
    /// written: a leader that ends in between, or hears no answer, has begun nothing.
    /// </summary>
    public async Task<bool> BeginAsync(Term term, SaleCommand.Begin begin)
    {
        RedisKey[] keys =
            [_keys.Line, _keys.Admitted, _keys.Held, _keys.Returning, _keys.Present, _keys.Edges, _keys.Freed, _keys.Missed];
        var begun = await redis.RunAsync(
            Script.Begin, keys,
            [
                term.Fence, term.Run, (long)begin.Epoch, begin.Past, begin.RecoverUntil, begin.BlockedUntil, Name(begin.Order),
                begin.Started ? "0" : "",
            ]).ConfigureAwait(false);
        if ((int)begun == 0 || !await SettleAsync(term, begin.Epoch, begin.Settlements).ConfigureAwait(false)) return false;
        var opened = await redis.RunAsync(Script.Open, [_keys.Line], [term.Fence, term.Run, (long)begin.Epoch])
            .ConfigureAwait(false);
        return (int)opened == 1;
    }

    /// <summary>Admits; null when refused, else which were admitted.</summary>
    public async Task<bool[]?> AdmitAsync(Term term, SaleCommand.Admit admit)
    {
        var (view, choice) = (admit.View, admit.Choice);
        var epochs = choice.Admissions.Select(admission => admission.Place.Epoch).Distinct().ToList();
        RedisKey[] keys =
        [
            _keys.Line, _keys.Admitted, _keys.Returning, _keys.Present, _keys.Calls(view.Epoch), .. epochs.Select(_keys.Places),
        ];
        List<RedisValue> values =
        [
            term.Fence, term.Run, (long)view.Epoch, view.Head, choice.Head, choice.Skipped, view.Time, choice.DueBy, choice.SeenSince,
            choice.Drop.Count, .. choice.Drop.Select(member => (RedisValue)member), choice.Admissions.Count + choice.Passed.Count,
        ];
        var passed = 0;
        for (var i = 0; i <= choice.Admissions.Count; i++)
        {
            for (; passed < choice.Passed.Count && choice.Passed[passed].Before == i; passed++)
                values.AddRange([0, LineKeys.Member(choice.Passed[passed].Place, choice.Passed[passed].Rank)]);
            if (i == choice.Admissions.Count) break;
            var admission = choice.Admissions[i];
            values.AddRange(
            [
                epochs.IndexOf(admission.Place.Epoch) + 1, LineKeys.Field(admission.Place), (long)admission.Place.Number,
                LineKeys.Member(admission.Place, admission.Rank), admission.Value,
            ]);
        }

        values.AddRange(choice.Forget.Select(key => (RedisValue)key));
        var answer = await redis.RunAsync(Script.Admit, keys, [.. values]).ConfigureAwait(false);
        return answer.IsNull ? null : [.. ((int[])answer!).Select(one => one == 1)];
    }

    /// <summary>Writes settlements; false when refused.</summary>
    /// <param name="epochNow">The line's, whose log is written to.</param>
    public async Task<bool> SettleAsync(Term term, uint epochNow, IReadOnlyList<Settlement> settlements)
    {
        if (settlements.Count == 0) return true;
        foreach (var epoch in settlements.GroupBy(settlement => settlement.Place.Epoch))
        {
            RedisKey[] keys =
            [
                _keys.Line, _keys.Admitted, _keys.Held, _keys.Returning, _keys.Places(epoch.Key), _keys.Missed, _keys.Calls(epochNow),
            ];
            foreach (var part in epoch.Chunk(MaxSettle))
            {
                List<RedisValue> values = [term.Fence, term.Run];
                foreach (var (kind, place, value) in part)
                    values.AddRange([Name(kind), LineKeys.Field(place), (long)place.Number, value]);
                if ((int)await redis.RunAsync(Script.Settle, keys, [.. values]).ConfigureAwait(false) == 0) return false;
            }
        }

        return true;
    }

    private static RedisValue Name(LineOrder order) => order == LineOrder.Shuffle ? "shuffle" : "fifo";

    private static RedisValue Name(SettlementKind kind) => kind switch
    {
        SettlementKind.Admit => "admit",
        SettlementKind.Hold => "hold",
        SettlementKind.Sell => "sell",
        SettlementKind.Release => "release",
        SettlementKind.Miss => "miss",
        SettlementKind.Requeue => "requeue",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static List<AdmittedPlace> Parse(HashEntry[] entries) =>
        [.. entries.Select(entry => AdmittedPlace.Parse(LineKeys.ParseField(entry.Name!), entry.Value!))];
}
