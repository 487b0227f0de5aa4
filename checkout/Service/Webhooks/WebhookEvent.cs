using System.Text.Json;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;

namespace FlashSale.Checkout.Webhooks;

/// <summary>Something that happened, as a storefront is told it.</summary>
/// <param name="Id">Always the same for the same event, so that finding it again tells nothing twice.</param>
public sealed record WebhookEvent(string Id, string Type, string Body)
{
    public const string Held = "reservation.held";
    public const string Released = "reservation.released";
    public const string Sold = "unit.sold";
    public const string Refunded = "unit.refunded";
    public const string SoldOut = "sale.soldOut";
    public const string Soon = "place.soon";

    /// <summary>A call that is no turn's is worth as long as a push service keeps it.</summary>
    private static readonly TimeSpan s_worth = TimeSpan.FromMinutes(10);

    /// <summary>
    /// All that the row's state says has happened to it: a released one was held before, whether anyone looked then or not.
    /// </summary>
    public static IEnumerable<WebhookEvent> Of(ChangedReservation row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (row.State == ReservationState.Withdrawn) yield break;
        yield return For(row, Held, "held", row.CreatedAt);
        if (row.State is ReservationState.Sold or ReservationState.Refunding or ReservationState.Refunded)
            yield return For(row, Sold, "sold", row.ChangedAt);
        if (row.State == ReservationState.Refunded) yield return For(row, Refunded, "refunded", row.ChangedAt);
        if (row.State == ReservationState.Released) yield return For(row, Released, "released", row.ChangedAt);
    }

    /// <summary>Every unit is sold; again when the inventory has grown, or units came back, and all has been sold again.</summary>
    /// <param name="refunded">Units whose money went back.</param>
    public static WebhookEvent OfSoldOut(SaleId sale, int inventory, long refunded, DateTimeOffset at) => new(
        refunded == 0 ? $"{sale}.soldOut.{inventory}" : $"{sale}.soldOut.{inventory}.{refunded}", SoldOut, Write(SoldOut, at, new { sale, inventory }));

    /// <summary>A shopper of the line whom the storefront wants to call.</summary>
    /// <param name="place">Which place, and why.</param>
    public static WebhookEvent OfPlace(
        SaleId sale, string place, ShopperId shopper, string what, DateTimeOffset? until, DateTimeOffset at) => new(
        $"{sale}.{place}", Soon, Write(Soon, at, new { sale, shopper = shopper.Value, what, until }));

    /// <summary>When it is of no use any more: of a turn, its end. Null of what is told however late.</summary>
    public static DateTime? EndOf(string type, string body, DateTime createdAt)
    {
        if (type != Soon) return null;
        var data = JsonElement.Parse(body).GetProperty("data");
        return data.TryGetProperty("until", out var until) && until.ValueKind == JsonValueKind.String
            ? until.GetDateTimeOffset().UtcDateTime : createdAt + s_worth;
    }

    private static WebhookEvent For(ChangedReservation row, string type, string state, DateTimeOffset at)
    {
        var id = new ReservationId(row.Sale, row.Id);
        var released = type == Released ? row.Reason?.ToString().ToLowerInvariant() : null;
        return new WebhookEvent($"{id}.{state}", type, Write(type, at, new
        {
            reservation = id.ToString(),
            sale = row.Sale,
            unit = row.Unit,
            shopper = row.Shopper,
            admission = row.Admission,
            price = row.Price,
            payBy = row.PayBy,
            reason = released,
            orderNumber = type is Sold or Refunded ? row.OrderNumber : null,
        }));
    }

    private static string Write(string type, DateTimeOffset timestamp, object data) =>
        JsonSerializer.Serialize(new { type, timestamp, data }, Wire.Json);
}
