using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Gateway.Called.ByMail;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Tickets;
using FlashSale.Queue;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called;

/// <summary>
/// Calls those who asked for it. It takes no more than it can send at once: what it has no room for waits in Redis,
/// where every edge takes the front first. The line does not wait for it, nor for any push service.
/// </summary>
public sealed partial class CallSender(
    Sleepers sleepers, EdgeCatalog catalog, PushServices services, SendRoom room, SubscriptionSeal seal,
    LedgerClock clock, TimeProvider machine, IOptions<CalledOptions> options, ILogger<CallSender> log,
    PushClient? push = null, MailServer? mail = null, MailWriter? mails = null, PlaceMoves? moves = null,
    ShopClient? shops = null)
    : BackgroundService
{
    /// <summary>A sale is looked at so often, by all edges together.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    /// <summary>One edge looks at a sale as often as this at least, and no more often while nobody has asked.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(1);

    /// <summary>While there may be more to tell than there was room for, which is free again as soon as others have answered.</summary>
    private static readonly TimeSpan s_behind = TimeSpan.FromMilliseconds(20);

    /// <summary>A unit that comes back can still call somebody; later than this it is forgotten how.</summary>
    private const int SoldOutSeconds = 3600;

    /// <summary>How long a message is kept for a phone that is off, when it is no turn.</summary>
    private const int ComeBackSeconds = 600;

    /// <summary>What a service has refused keeps its room so long, before it is put back.</summary>
    private static readonly TimeSpan s_refused = TimeSpan.FromSeconds(2);

    /// <summary>A mail may wait for a connection; a message is under way, and then noted.</summary>
    private TimeSpan Lease => TimeSpan.FromSeconds(3 * options.Value.TimeoutSeconds + 2);

    private readonly Dictionary<SaleId, Seen> _sales = [];
    private bool _isBehind;
    private long _turn;

    /// <param name="IsForgotten">The sale has ended, and nothing is kept of whom to call.</param>
    private sealed record Seen(long At, TimeSpan Pause, bool IsForgotten);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var hasMore = _isBehind = false;
            // Not always the same sale first, which would take what room there is.
            SaleId[] sales = [.. sleepers.Sales];
            _turn++;
            for (var i = 0; i < sales.Length; i++)
                if (catalog.Find(sales[(int)((i + _turn) % sales.Length)].Value) is { Sale: var sale })
                    hasMore |= await SeeToOrLogAsync(sale).ConfigureAwait(false);
            if (!hasMore)
                await Task.Delay(_isBehind ? s_behind : s_tick, machine, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        while (!room.IsIdle)
            await Task.Delay(s_tick, machine, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Whatever goes wrong here, the edge goes on: the line is worth more than a call.</summary>
    private async Task<bool> SeeToOrLogAsync(Sale sale)
    {
        try
        {
            return await SeeToAsync(sale).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            LogNotSeenTo(error, sale.Id);
            _sales[sale.Id] = new Seen(machine.GetTimestamp(), s_idle, IsForgotten: false);
            return false;
        }
    }

    /// <summary>True when there is more to do at once.</summary>
    private async Task<bool> SeeToAsync(Sale sale)
    {
        var last = _sales.GetValueOrDefault(sale.Id);
        if (last is not null && machine.GetElapsedTime(last.At) < last.Pause) return false;
        if (clock.GetUtcNow() >= sale.EndsAt)
        {
            var isForgotten = last is { IsForgotten: true } || await sleepers.ForgetAllAsync(sale.Id, 0).ConfigureAwait(false);
            _sales[sale.Id] = new Seen(machine.GetTimestamp(), s_idle, isForgotten);
            return false;
        }

        if (moves is not null) await moves.ReadAsync(sale.Id).ConfigureAwait(false);
        var isOver = false;
        var (most, each) = room.Left();
        var awake = TimeSpan.FromSeconds(options.Value.AnewSeconds);
        var due = await sleepers.TakeAsync(sale, most, each, Lease, awake, (board, ahead) =>
        {
            isOver = board.Sold >= sale.Inventory;
            return IsSoon(sale, board, ahead);
        }).ConfigureAwait(false);
        // Again and again while it is sold out: it makes the time shorter, and never longer.
        if (isOver && due is { Asked: > 0 }) await sleepers.ForgetAllAsync(sale.Id, SoldOutSeconds).ConfigureAwait(false);
        foreach (var call in due?.Calls ?? [])
        {
            var service = call.Sealed.Span[0];
            room.Enter(service);
            _ = SendAndCountAsync(sale, call, service);
        }

        // Also while nothing could be taken: what there is room for next is taken as soon as there is.
        var isBehind = due is { Asked: > 0 } && room.IsFull;
        _isBehind |= isBehind;
        _sales[sale.Id] = new Seen(machine.GetTimestamp(), isBehind ? s_behind : Pause(due), IsForgotten: false);
        return due is { HasMore: true };
    }

    /// <summary>Until this edge looks at the sale again: soon where there is something to tell.</summary>
    private static TimeSpan Pause(DueCalls? due) => due switch
    {
        null or { Asked: 0 } => s_idle,
        { HasMore: true } => TimeSpan.Zero,
        { Calls.Count: > 0 } => s_tick,
        _ => TimeSpan.FromTicks(Math.Min(s_idle.Ticks, s_tick.Ticks * due.Edges)),
    };

    /// <summary>Whether a place with so many ahead of it is expected to be called soon.</summary>
    private bool IsSoon(Sale sale, LineBoard board, long ahead)
    {
        if (options.Value.SoonSeconds == 0 || board.Recovering) return false;
        var now = clock.GetUtcNow();
        var toStart = (sale.StartsAt - now).TotalSeconds;
        if (toStart <= 0 && board.StoppedBecause is not null) return false;
        var eta = Eta.Of(
            PublicSaleStates.Of(sale, board, now), Units.Of(sale, board), ahead, sale,
            board.AdmissionsPerSecond, toStart);
        // As much earlier as messages were late lately; where that is very late, not much is known by it.
        var most = options.Value.SoonSeconds;
        return eta?.LowSeconds <= most + Math.Min(most, room.Delay.TotalSeconds);
    }

    /// <summary>It ends by itself, with the other's answer or time: also while the edge stops.</summary>
    private async Task SendAndCountAsync(Sale sale, DueCall call, byte service)
    {
        bool? answered = null;
        var host = "";
        try
        {
            var start = machine.GetTimestamp();
            var to = seal.Open(sale.Id, call.Place, call.Sealed.Span);
            var took = TimeSpan.Zero;
            if (WithoutAsking(call, to) is not { } outcome)
            {
                (answered, host) = (false, HostOf(to!));
                outcome = await GiveAsync(sale, call, to!).ConfigureAwait(false);
                answered = outcome == SendOutcome.Busy ? null : outcome is not (SendOutcome.Failed or SendOutcome.Refused);
                took = TimeSpan.FromMilliseconds(call.KnownForMs) + machine.GetElapsedTime(start);
                if (outcome == SendOutcome.Accepted) room.Took(service, took);
            }

            if (outcome == SendOutcome.Refused) await Task.Delay(s_refused, machine).ConfigureAwait(false);
            await NoteAsync(sale, call, outcome).ConfigureAwait(false);
            CalledMetrics.Sent(call.Reason, to, outcome, took);
        }
        catch (Exception error)
        {
            LogFailed(error, sale.Id, call.Reason);
        }
        finally
        {
            if (room.Leave(service, answered)) LogNoAnswer(host);
        }
    }

    /// <summary>What has become of it before anybody is asked to take it; null when somebody is.</summary>
    private SendOutcome? WithoutAsking(DueCall call, Recipient? to) => to switch
    {
        // It has passed since: the line says yet whether it was missed, or is called again.
        not null when call.Reason == CallReason.Turn && Ttl(call) == 0 => SendOutcome.Later,
        // It was refused until nobody needs it any more: a second try would have as long again.
        not null when call.Reason != CallReason.Turn && call.KnownForMs > 1000L * ComeBackSeconds => SendOutcome.Rejected,
        Subscription { Endpoint: var endpoint } when push is not null && services.IsAllowed(endpoint) => null,
        MailRecipient when mail is not null => null,
        ShopRecipient when shops is not null => null,
        // Nobody's any more: another key sealed it, or whoever would take it is not sent to any longer.
        _ => SendOutcome.Gone,
    };

    private string HostOf(Recipient to) => to switch
    {
        Subscription { Endpoint: var endpoint } => new Uri(endpoint).Host,
        MailRecipient => mail!.Host,
        _ => "The checkout",
    };

    private Task<SendOutcome> GiveAsync(Sale sale, DueCall call, Recipient to) => to switch
    {
        MailRecipient address => mail!.SendAsync(mails!.Call(sale, call, address, moves!.Of(sale.Id, call.Place))),
        ShopRecipient shop => shops!.SendAsync(sale.Id, call, shop),
        _ => push!.SendAsync((Subscription)to, Message(sale.Id, call), Ttl(call), Topic(sale.Id, call.Place)),
    };

    /// <summary>What is not noted is told once more, by whichever edge.</summary>
    private Task NoteAsync(Sale sale, DueCall call, SendOutcome outcome) => outcome switch
    {
        SendOutcome.Accepted => sleepers.NoteAsync(sale.Id, call, CallOutcome.Told),
        SendOutcome.Gone => sleepers.NoteAsync(sale.Id, call, CallOutcome.Gone),
        SendOutcome.Rejected => sleepers.NoteAsync(sale.Id, call, CallOutcome.Rejected),
        SendOutcome.Busy or SendOutcome.Refused => sleepers.NoteAsync(sale.Id, call, CallOutcome.PutBack),
        _ => Task.CompletedTask,
    };

    /// <summary>
    /// A newer message takes the place of one of the same place in line that the phone has not been given yet (RFC 8030, 5.4: at most
    /// 32 characters), and of no other sale's.
    /// </summary>
    private static string Topic(SaleId sale, Place place) => Base64Url.EncodeToString(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{sale.Value}/{place}")).AsSpan(0, 24));

    private static byte[] Message(SaleId sale, DueCall call) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            sale = sale.Value,
            what = CalledMetrics.Name(call.Reason),
            until = call.RedeemBy > 0 ? DateTimeOffset.FromUnixTimeSeconds(call.RedeemBy) : (DateTimeOffset?)null,
        }, Wire.Json);

    /// <summary>A turn that has passed is not told.</summary>
    private int Ttl(DueCall call) => call.Reason == CallReason.Turn
        ? (int)Math.Clamp(call.RedeemBy - clock.GetUtcNow().ToUnixTimeSeconds(), 0, ComeBackSeconds) : ComeBackSeconds;

    [LoggerMessage(1501, LogLevel.Warning,
        "{Host} takes no messages to shoppers who are called; some are sent on, to find out when it does",
        EventName = "PushServiceSilent")]
    private partial void LogNoAnswer(string host);

    [LoggerMessage(1503, LogLevel.Error,
        "Shoppers of {Sale} who asked to be called could not be seen to", EventName = "CallsNotSeenTo")]
    private partial void LogNotSeenTo(Exception error, SaleId sale);

    [LoggerMessage(1502, LogLevel.Error,
        "A shopper of {Sale} could not be called ({Reason})", EventName = "CallFailed")]
    private partial void LogFailed(Exception error, SaleId sale, CallReason reason);
}
