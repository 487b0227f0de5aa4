using System.Buffers;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Gateway.Catalog;

using Microsoft.Extensions.Primitives;

namespace FlashSale.Gateway.Tickets;

/// <summary>Writes what a shopper is told about a place; changes nothing.</summary>
public static class PlaceWriter
{
    /// <summary>Everything but the sale's id, the ticket and the message fits in it.</summary>
    private const int FixedBytes = 704;
    private const int StackBytes = 1536;

    private static readonly StringValues s_json = "application/json; charset=utf-8";
    private static readonly StringValues s_noStore = "no-store";

    /// <summary>The response, complete when it returns: nothing here waits for anything.</summary>
    /// <param name="ticketText">Only from joining.</param>
    public static void Write(
        HttpResponse response, ListedSale listed, in PlaceView place, int nextPollMs, string? ticketText)
    {
        var order = Order(place);
        var size = Size(listed, ticketText) + order.Length;
        var rented = size > StackBytes ? ArrayPool<byte>.Shared.Rent(size) : null;
        var buffer = rented ?? stackalloc byte[StackBytes];
        var length = Compose(buffer, listed, place, nextPollMs, ticketText, order);

        var headers = response.Headers;
        headers.ContentType = s_json;
        headers.CacheControl = s_noStore;
        headers.ContentLength = length;
        response.BodyWriter.Write(buffer[..length]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>The same as a JSON value, to go into a problem.</summary>
    public static JsonElement Element(ListedSale listed, in PlaceView place, int nextPollMs)
    {
        var buffer = new byte[Size(listed, null)];
        return JsonElement.Parse(buffer.AsSpan(0, Compose(buffer, listed, place, nextPollMs, null)));
    }

    private static int Size(ListedSale listed, string? ticketText) =>
        FixedBytes + listed.Head.Length + listed.Message.Length + (ticketText?.Length ?? 0);

    /// <summary>The answer's bytes, into a buffer that is large enough; how many.</summary>
    internal static int Compose(
        Span<byte> buffer, ListedSale listed, in PlaceView place, int nextPollMs, string? ticketText, ReadOnlySpan<byte> order = default)
    {
        var text = new Utf8Text(buffer);
        text.Raw(listed.Head.Span);
        if (ticketText is not null)
        {
            text.Raw(",\"ticket\":"u8);
            text.Word(ticketText);
        }
        text.Raw(",\"state\":"u8);
        text.Word(place.State.Text());
        text.Raw(",\"number\":"u8);
        text.Number(place.Number);
        text.Raw(",\"ahead\":"u8);
        text.NumberOrNull(place.Ahead);
        ComposeEta(ref text, place.Eta);
        text.Raw(",\"outlook\":"u8);
        text.Word(place.Outlook.Word());
        text.Raw(",\"admittedPerMinute\":"u8);
        text.Number(place.AdmittedPerMinute);
        ComposeUnits(ref text, place.Units);
        text.Raw(",\"saleState\":"u8);
        text.Word(place.SaleState.Word());
        text.Raw(",\"startsAt\":"u8);
        text.Raw(listed.StartsAt.Span);
        text.Raw(",\"serverTime\":"u8);
        text.Time(place.Now);
        text.Raw(",\"nextPollMs\":"u8);
        text.Number(nextPollMs);
        text.Raw(",\"message\":"u8);
        text.Raw(listed.Message.Span);
        text.Raw(",\"redeemBy\":"u8);
        if (place.RedeemBy > 0) text.Time(DateTimeOffset.FromUnixTimeSeconds(place.RedeemBy));
        else text.Raw("null"u8);
        if (place.Reservation is { } reservation)
        {
            text.Raw(",\"reservation\":"u8);
            text.Word(reservation);
        }
        text.Raw(order);
        text.Raw("}"u8);
        return text.Length;
    }

    /// <summary>Only of who has bought: nobody waits for it.</summary>
    private static byte[] Order(in PlaceView place) =>
        place.Order is null ? [] : [.. ",\"order\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(place.Order, Wire.Json)];

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
