using System.Buffers.Binary;

using FlashSale.Contract;
using FlashSale.Gateway.Called;
using FlashSale.Queue;
using FlashSale.Tests.Support;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using StackExchange.Redis;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>
/// What is told of what has happened, and in which order, by the scripts alone: a line that is put down as it may be, in a real Redis.
/// </summary>
public sealed class DueScriptTests : IDisposable
{
    private const byte First = SendRoom.FirstPush, Second = First + 1;
    private const string Turn = "C", PassedOver = "P", Anew = "A";

    private readonly LineKeys _keys = new(SaleId.Parse(Unique.Name("sale")));
    private readonly LineRedis _redis = new(
        Options.Create(new LineOptions { Redis = TestRedis.ConnectionString }), NullLogger<LineRedis>.Instance);

    private readonly Dictionary<uint, (long Since, byte[] How)> _taken = [];

    private uint _epoch = 1;
    private int _leaseMs = 60_000;
    private IEnumerable<uint> _forgotten = [];
    private long _forgottenTo;

    public void Dispose() => _redis.Dispose();

    [Fact]
    public async Task A_turn_that_was_cut_short_before_it_was_told_is_told_once_when_it_comes_again()
    {
        await BeginAsync(asked: 1);
        await HappensAsync((1, CallKind.Called), (1, CallKind.Requeued));
        Assert.Empty(await TakeAsync());

        await HappensAsync((1, CallKind.Called));
        await AdmitAsync(1);
        Assert.Equal([(1u, Turn, 1)], await TakeAsync());
        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task A_turn_that_was_cut_short_while_it_was_being_told_is_told_again_when_it_comes_again()
    {
        await BeginAsync(asked: 1);
        await HappensAsync((1, CallKind.Called));
        await AdmitAsync(1);
        Assert.Equal([(1u, Turn, 1)], await TakeAsync());

        await HappensAsync((1, CallKind.Requeued), (1, CallKind.Called));
        await AdmitAsync(1);
        Assert.Equal([(1u, Turn, 1)], await TakeAsync());
    }

    [Fact]
    public async Task A_turn_that_was_told_and_cut_short_is_not_told_twice()
    {
        await BeginAsync(asked: 1);
        await HappensAsync((1, CallKind.Called));
        await AdmitAsync(1);
        await TakeAsync();
        await NoteAsync(1, Turn, "told");

        await HappensAsync((1, CallKind.Requeued), (1, CallKind.Called));
        await AdmitAsync(1);
        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task Of_a_turn_that_was_lost_with_its_line_the_shopper_is_told_that_it_was_begun_anew()
    {
        await BeginAsync(asked: 1);
        await HappensAsync((1, CallKind.Called));
        // Known, and nothing was taken: the edge had no room.
        Assert.Empty(await TakeAsync((First, 0)));

        _epoch = 2;
        await BeginAsync(asked: 0);
        Assert.Empty(await TakeAsync());
        Assert.Equal([(1u, Anew, 1)], await TakeAsync());
    }

    [Fact]
    public async Task Of_a_service_without_room_nothing_is_taken_and_nobody_of_another_waits_for_it()
    {
        await BeginAsync(asked: 6, number => number <= 4 ? First : Second);
        await HappensAsync([.. Enumerable.Range(1, 6).Select(number => ((uint)number, CallKind.PassedOver))]);

        Assert.Equal([(5u, PassedOver, 1), (6u, PassedOver, 1)], await TakeAsync((Second, 10)));
        Assert.Equal([(1u, PassedOver, 1), (2u, PassedOver, 1)], await TakeAsync((First, 2), (Second, 10)));
        Assert.Equal([(3u, PassedOver, 1)], await TakeAsync(most: 1, (First, 10)));
    }

    [Fact]
    public async Task Of_all_services_the_front_goes_first_and_turns_before_all()
    {
        await BeginAsync(asked: 4, number => number % 2 == 0 ? First : Second);
        await HappensAsync((1, CallKind.PassedOver));
        await TakeAsync(most: 0, (First, 9));
        await WaitForNextMsAsync();
        await HappensAsync((2, CallKind.PassedOver), (4, CallKind.Called));
        await AdmitAsync(4);

        Assert.Equal([(4u, Turn, 1), (1u, PassedOver, 1), (2u, PassedOver, 1)], await TakeAsync((First, 9), (Second, 9)));
    }

    [Fact]
    public async Task What_is_put_back_waits_where_it_was_and_counts_as_no_try()
    {
        await BeginAsync(asked: 2);
        await HappensAsync((1, CallKind.PassedOver));
        Assert.Equal([(1u, PassedOver, 1)], await TakeAsync());
        await WaitForNextMsAsync();
        await HappensAsync((2, CallKind.PassedOver));
        Assert.Empty(await TakeAsync((First, 0)));

        var since = _taken[1].Since;
        await NoteAsync(1, PassedOver, "back");
        Assert.Equal([(1u, PassedOver, 1), (2u, PassedOver, 1)], await TakeAsync());
        Assert.Equal(since, _taken[1].Since);
        Assert.True(since < _taken[2].Since);
    }

    [Fact]
    public async Task Who_asks_to_be_called_in_another_way_is_called_in_that()
    {
        await BeginAsync(asked: 1);
        await HappensAsync((1, CallKind.PassedOver));
        Assert.Empty(await TakeAsync((First, 0)));
        await AskAsync(1, Second);

        Assert.Empty(await TakeAsync((First, 9)));
        Assert.Equal([(1u, PassedOver, 1)], await TakeAsync((Second, 9)));
    }

    [Fact]
    public async Task Every_edge_reads_who_need_not_be_remembered_any_more()
    {
        await BeginAsync(asked: 4);
        await HappensAsync((1, CallKind.Called), (2, CallKind.Left), (3, CallKind.Missed));
        await AdmitAsync(1);
        await TakeAsync();
        Assert.Equal([2u, 3u], _forgotten);
        await NoteAsync(1, Turn, "told");

        await TakeAsync();
        Assert.Equal([1u], _forgotten);
        await TakeAsync();
        Assert.Empty(_forgotten);
        _forgottenTo = 0;
        await TakeAsync();
        Assert.Equal([2u, 3u, 1u], _forgotten);
    }

    [Fact]
    public async Task Who_asks_in_another_way_or_gives_up_what_this_Redis_has_lost_need_not_be_remembered_by_other_edges()
    {
        await BeginAsync(asked: 1);
        await TakeAsync();
        Assert.Empty(_forgotten);
        await AskAsync(1, Second);
        await AskAsync(7, service: null);

        await TakeAsync();
        Assert.Equal([1u, 7u], _forgotten);
    }

    [Fact]
    public async Task Who_remembers_nobody_need_not_read_whom_to_forget_and_who_read_a_longer_one_begins_anew()
    {
        await BeginAsync(asked: 1);
        await AskAsync(1, service: null);
        _forgottenTo = -1;
        await TakeAsync();
        Assert.Empty(_forgotten);
        Assert.Equal(8, _forgottenTo);

        _forgottenTo = 800;
        await TakeAsync();
        Assert.Equal([1u], _forgotten);
        Assert.Equal(8, _forgottenTo);
    }

    [Fact]
    public async Task A_browser_that_is_gone_takes_nothing_from_who_has_asked_in_another_way_meanwhile()
    {
        await BeginAsync(asked: 1);
        await HappensAsync((1, CallKind.PassedOver));
        Assert.Equal([(1u, PassedOver, 1)], await TakeAsync());
        await AskAsync(1, Second);

        await NoteAsync(1, PassedOver, "gone");
        Assert.Equal([(1u, PassedOver, 1)], await TakeAsync((Second, 9)));
        await NoteAsync(1, PassedOver, "gone");
        Assert.Empty(await TakeAsync((Second, 9)));
        Assert.Contains(1u, _forgotten);
    }

    [Fact]
    public async Task What_is_rejected_is_not_told_again_what_is_next_is_and_after_the_turn_nothing_is_kept()
    {
        await BeginAsync(asked: 1);
        await HappensAsync((1, CallKind.PassedOver));
        Assert.Equal([(1u, PassedOver, 1)], await TakeAsync());
        await NoteAsync(1, PassedOver, "rejected");
        Assert.Empty(await TakeAsync());
        Assert.Empty(_forgotten);

        await HappensAsync((1, CallKind.Called));
        await AdmitAsync(1);
        Assert.Equal([(1u, Turn, 1)], await TakeAsync());
        await NoteAsync(1, Turn, "rejected");
        Assert.Empty(await TakeAsync());
        Assert.Contains(1u, _forgotten);

        await HappensAsync((1, CallKind.Requeued));
        Assert.Equal(1, await AskAsync(1, First));
        await HappensAsync((1, CallKind.Called));
        await AdmitAsync(1);
        Assert.Equal([(1u, Turn, 1)], await TakeAsync());
    }

    [Fact]
    public async Task What_is_rejected_is_told_in_another_way_where_that_was_asked_for_meanwhile()
    {
        await BeginAsync(asked: 1);
        await HappensAsync((1, CallKind.PassedOver));
        Assert.Equal([(1u, PassedOver, 1)], await TakeAsync());
        await AskAsync(1, Second);

        await NoteAsync(1, PassedOver, "rejected");
        Assert.Equal([(1u, PassedOver, 1)], await TakeAsync((Second, 9)));
    }

    [Fact]
    public async Task A_browser_that_renews_its_subscription_takes_the_place_of_the_old_one_and_of_no_mail()
    {
        await BeginAsync(asked: 2, number => number == 1 ? First : SendRoom.Mail);
        Assert.Equal(1, await AskAsync(1, Second, "renews"));
        Assert.Equal(2, await AskAsync(2, Second, "renews"));
        Assert.Equal(1, await AskAsync(3, Second, "renews"));
        await HappensAsync((1, CallKind.PassedOver), (2, CallKind.PassedOver), (3, CallKind.PassedOver));

        Assert.Equal([(1u, PassedOver, 1), (3u, PassedOver, 1)], await TakeAsync((First, 9), (Second, 9)));
        Assert.Equal([(2u, PassedOver, 1)], await TakeAsync((SendRoom.Mail, 9)));
    }

    [Fact]
    public async Task Who_came_back_while_being_told_that_they_were_passed_over_is_not_told_again()
    {
        _leaseMs = 0;
        await BeginAsync(asked: 1);
        await HappensAsync((1, CallKind.PassedOver));
        Assert.Equal([(1u, PassedOver, 1)], await TakeAsync());

        await HappensAsync((1, CallKind.Returned));
        Assert.Empty(await TakeAsync());
        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task Nobody_is_told_of_what_the_rest_of_the_log_says_is_over()
    {
        const uint NobodyWhoAsked = 9;
        await BeginAsync(asked: 1);
        await HappensAsync([
            (1, CallKind.PassedOver), .. Enumerable.Repeat((NobodyWhoAsked, CallKind.Called), 1_000), (1, CallKind.Returned),
        ]);

        Assert.Empty(await TakeAsync());
        Assert.Empty(await TakeAsync());
    }

    private async Task BeginAsync(int asked, Func<uint, byte>? service = null)
    {
        await WaitFor.TrueAsync(() => _redis.IsConnected, "connected");
        await _redis.UseAsync(async redis =>
        {
            var run = (string)(await redis.ScriptEvaluateAsync(Script.Prelude + "return run_id()"))!;
            await redis.HashSetAsync(_keys.Line, [new("epoch", _epoch), new("run", run)]);
            return true;
        });
        for (var number = 1u; number <= asked; number++) await AskAsync(number, service?.Invoke(number) ?? First);
    }

    /// <param name="service">Null: to be called no more.</param>
    private async Task<int> AskAsync(uint number, byte? service, string why = "asks")
    {
        byte[] how = service is { } of ? [of, (byte)'x'] : [];
        var answer = await _redis.RunAsync(
            Script.Ask,
            [_keys.Line, _keys.Asked, _keys.Places(_epoch), _keys.ToldTo, _keys.Admitted, _keys.Forgotten],
            [_epoch, 100, 60, why, new Place(_epoch, number).ToBytes(), (long)number, how]);
        return (int)answer[0];
    }

    private Task<bool> HappensAsync(params (uint Number, CallKind What)[] entries) => _redis.UseAsync(async redis =>
    {
        foreach (var (number, what) in entries)
        {
            var entry = new byte[13];
            BinaryPrimitives.WriteUInt32BigEndian(entry, _epoch);
            BinaryPrimitives.WriteUInt32BigEndian(entry.AsSpan(4), number);
            entry[12] = (byte)what;
            await redis.StringAppendAsync(_keys.Calls(_epoch), entry);
            if (what == CallKind.Requeued) await redis.HashDeleteAsync(_keys.Admitted, LineKeys.Field(new Place(_epoch, number)));
        }

        return true;
    });

    private Task<bool> AdmitAsync(uint number) => _redis.UseAsync(redis =>
        redis.HashSetAsync(_keys.Admitted, LineKeys.Field(new Place(_epoch, number)), "1 4000000000 0 1"));

    private Task<List<(uint Number, string Reason, int Try)>> TakeAsync(params (byte Service, int Most)[] rooms) =>
        TakeAsync(most: 100, rooms);

    private async Task<List<(uint Number, string Reason, int Try)>> TakeAsync(int most, params (byte Service, int Most)[] rooms)
    {
        if (rooms.Length == 0) rooms = [(First, 100)];
        var answer = await _redis.RunAsync(
            Script.Due,
            [
                _keys.Line, _keys.Admitted, _keys.Asked, _keys.ToTell, _keys.Telling, _keys.ToldTo, _keys.Calls(_epoch), _keys.Forgotten,
            ],
            [
                _epoch, most, _leaseMs, 0, 0, 0, _forgottenTo, rooms.Length,
                .. rooms.SelectMany(room => new RedisValue[] { (int)room.Service, room.Most }),
            ]);
        _forgottenTo = (long)answer[3];
        _forgotten = ((byte[])answer[4]!).Chunk(8).Select(place => Place.Read(place).Number).ToList();
        var taken = new List<(uint, string, int)>();
        for (var i = 6; i < answer.Length; i += 6)
        {
            var number = Place.Read((byte[])answer[i]!).Number;
            taken.Add((number, (string)answer[i + 1]!, (int)answer[i + 2]));
            _taken[number] = ((long)answer[i + 4], (byte[])answer[i + 5]!);
        }

        return taken;
    }

    private async Task NoteAsync(uint number, string reason, string word)
    {
        byte[] member = [.. new Place(_epoch, number).ToBytes(), (byte)reason[0], (byte)'1'];
        var (since, how) = _taken[number];
        await _redis.RunAsync(
            Script.Told, [_keys.Asked, _keys.Telling, _keys.ToTell, _keys.ToldTo, _keys.Forgotten], ["", member, word, since, how]);
    }

    /// <summary>What is known in one millisecond is in no order of time.</summary>
    private Task<bool> WaitForNextMsAsync() => _redis.UseAsync(async redis =>
    {
        async Task<long> NowAsync()
        {
            var clock = (RedisValue[])(await redis.ExecuteAsync("TIME"))!;
            return (long)clock[0] * 1000 + (long)clock[1] / 1000;
        }

        var first = await NowAsync();
        while (await NowAsync() == first) await Task.Yield();
        return true;
    });
}
