using System.Text;
using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.Gateway.Catalog;

/// <summary>A sale as this edge knows it, with what every poll of it needs prepared once.</summary>
public sealed class ListedSale
{
    public ListedSale(Sale sale, Storefront? storefront)
    {
        Sale = sale;
        Storefront = storefront;
        TicketCookie = "fs-ticket-" + sale.Id.Value;
        AdmissionCookie = "fs-admission-" + sale.Id.Value;
        Head = Encoding.UTF8.GetBytes($"{{\"sale\":\"{sale.Id.Value}\"");
        StartsAt = JsonSerializer.SerializeToUtf8Bytes(sale.StartsAt, Wire.Json);
        Message = JsonSerializer.SerializeToUtf8Bytes(sale.Message, Wire.Json);
    }

    public Sale Sale { get; }

    /// <summary>Null when the catalog does not list it: then nobody can be sent back to it.</summary>
    public Storefront? Storefront { get; }
    public string TicketCookie { get; }
    public string AdmissionCookie { get; }

    /// <summary><c>{"sale":"…"</c></summary>
    public ReadOnlyMemory<byte> Head { get; }

    /// <summary>As a JSON string.</summary>
    public ReadOnlyMemory<byte> StartsAt { get; }

    /// <summary>As a JSON string or null.</summary>
    public ReadOnlyMemory<byte> Message { get; }
}
