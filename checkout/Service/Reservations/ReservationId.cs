using System.Buffers;

using FlashSale.Contract;

namespace FlashSale.Checkout.Reservations;

/// <summary>A reservation's public id, <c>{sale}_{32 hex}</c>: the edge reads the sale off it.</summary>
public readonly record struct ReservationId(SaleId Sale, Guid Value)
{
    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");

    public static bool TryParse(string? text, out ReservationId id)
    {
        id = default;
        var cut = text?.IndexOf('_') ?? -1;
        if (cut < 0 || !SaleId.TryParse(text![..cut], out var sale)) return false;
        var digits = text.AsSpan(cut + 1);
        if (digits.Length != 32 || digits.ContainsAnyExcept(s_hex)) return false;
        id = new ReservationId(sale, Guid.ParseExact(digits, "N"));
        return true;
    }

    public override string ToString() => $"{Sale}_{Value:N}";
}
