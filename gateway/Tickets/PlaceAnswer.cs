using System.Buffers;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Queue;

using Microsoft.Extensions.Primitives;

namespace FlashSale.Gateway.Tickets;

/// <summary>Writes what a shopper is told about a place.</summary>
public sealed class PlaceAnswer(Line line, LedgerClock clock)
{
    /// <summary>Everything but the sale's id, the ticket and the message fits in it.</summary>
    private const int FixedBytes = 640;
    private const int StackBytes = 1536;

    /// <summary>Asked again after this while the line's board is not known.</summary>
    private const int BlindPollMs = 2000;

    private static readonly StringValues s_json = "application/json; charset=utf-8";
    private static readonly StringValues s_noStore = "no-store";

    /// <summary>Where the place stands now, as <see cref="PlaceView"/> computes it.</summary>
    public PlaceView View(ListedSale listed, in Ticket ticket, PlaceStatus status) =>
        PlaceView.Of(listed.Sale, ticket.Place.Number, status, line.Board(listed.Sale.Id), clock.GetUtcNow());

    /// <summary>When to poll next.</summary>
    public int NextPollMs(ListedSale listed, in Ticket ticket, in PlaceView view, PlaceStatus status) =>
        NextPollMs(listed, ticket, line.Board(listed.Sale.Id), view, status, clock.GetUtcNow());

    private int NextPollMs(
        ListedSale listed, in Ticket ticket, LineBoard? board, in PlaceView view, PlaceStatus status, DateTimeOffset now)
    {
        if (board is null) return BlindPollMs;
        var toStart = (long)(listed.Sale.StartsAt - now).TotalMilliseconds;
        return line.NextPollMs(ticket, board, view.Ahead, status.State, Math.Max(0, toStart));
    }

    /// <summary>The response, complete when it returns: nothing here waits for anything.</summary>
    /// <param name="ticketText">Only from joining.</param>
    public void Write(HttpResponse response, ListedSale listed, in Ticket ticket, PlaceStatus status, string? ticketText)
    {
        var size = Size(listed, ticketText);
        var rented = size > StackBytes ? ArrayPool<byte>.Shared.Rent(size) : null;
        var buffer = rented ?? stackalloc byte[StackBytes];
        var length = Compose(buffer, listed, ticket, status, ticketText);

        var headers = response.Headers;
        headers.ContentType = s_json;
        headers.CacheControl = s_noStore;
        headers.ContentLength = length;
        response.BodyWriter.Write(buffer[..length]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>The same as a JSON value, to go into a problem.</summary>
    public JsonElement Element(ListedSale listed, in Ticket ticket, PlaceStatus status)
    {
        var buffer = new byte[Size(listed, null)];
        return JsonElement.Parse(buffer.AsSpan(0, Compose(buffer, listed, ticket, status, null)));
    }

    private static int Size(ListedSale listed, string? ticketText) =>
        FixedBytes + listed.Head.Length + listed.Message.Length + (ticketText?.Length ?? 0);

    /// <summary>The answer's bytes, into a buffer that is large enough; how many.</summary>
    internal int Compose(
        Span<byte> buffer, ListedSale listed, in Ticket ticket, PlaceStatus status, string? ticketText)
    {
        // One look at the clock and at the board: an answer is of one moment.
        var (now, board) = (clock.GetUtcNow(), line.Board(listed.Sale.Id));
        var view = PlaceView.Of(listed.Sale, ticket.Place.Number, status, board, now);
        var text = new Utf8Text(buffer);
        text.Raw(listed.Head.Span);
        if (ticketText is not null)
        {
            text.Raw(",\"ticket\":"u8);
            text.Word(ticketText);
        }
        text.Raw(",\"state\":"u8);
        text.Word(view.State.Text());
        text.Raw(",\"number\":"u8);
        text.Number(view.Number);
        text.Raw(",\"ahead\":"u8);
        text.NumberOrNull(view.Ahead);
        ComposeEta(ref text, view.Eta);
        text.Raw(",\"outlook\":"u8);
        text.Word(view.Outlook.Word());
        ComposeUnits(ref text, view.Units);
        text.Raw(",\"saleState\":"u8);
        text.Word(view.SaleState.Word());
        text.Raw(",\"startsAt\":"u8);
        text.Raw(listed.StartsAt.Span);
        text.Raw(",\"serverTime\":"u8);
        text.Time(now);
        text.Raw(",\"nextPollMs\":"u8);
        text.Number(NextPollMs(listed, ticket, board, view, status, now));
        text.Raw(",\"message\":"u8);
        text.Raw(listed.Message.Span);
        text.Raw(",\"redeemBy\":"u8);
        if (view.RedeemBy > 0) text.Time(DateTimeOffset.FromUnixTimeSeconds(view.RedeemBy));
        else text.Raw("null"u8);
        text.Raw("}"u8);
        return text.Length;
    }

    private static void ComposeEta(ref Utf8Text text, Eta? eta)
    {
        text.Raw(",\"eta\":"u8);
        if (eta is not { } range)
        {
            text.Raw("null"u8);
            return;
        }
        text.Raw("{\"lowSeconds\":"u8);
        text.Number(range.LowSeconds);
        text.Raw(",\"highSeconds\":"u8);
        text.Number(range.HighSeconds);
        text.Raw("}"u8);
    }

    private static void ComposeUnits(ref Utf8Text text, Units units)
    {
        text.Raw(",\"units\":{\"total\":"u8);
        text.Number(units.Total);
        text.Raw(",\"available\":"u8);
        text.Number(units.Available);
        text.Raw(",\"inCarts\":"u8);
        text.Number(units.InCarts);
        text.Raw(",\"sold\":"u8);
        text.Number(units.Sold);
        text.Raw("}"u8);
    }
}
