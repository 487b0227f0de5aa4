using System.Security.Cryptography;

using FlashSale.Contract;

namespace FlashSale.Checkout.Reservations;

/// <summary>As stored. A row is live in every state but <see cref="Released"/>.</summary>
public enum ReservationState
{
    /// <summary>In the cart, unpaid. The sweep releases it at <see cref="Reservation.ReleaseAt"/>.</summary>
    Held = 1,

    /// <summary>Authorised and secured for one payment attempt, being captured. Only that attempt may end it.</summary>
    Securing = 2,
    Sold = 3,
    Released = 4,

    /// <summary>Not a reservation: a unit taken out by a smaller inventory.</summary>
    Withdrawn = 5,
}

/// <summary>Why a unit was released, as stored.</summary>
public enum ReleaseReason
{
    /// <summary>Not paid by pay-by.</summary>
    Expired = 1,

    /// <summary>Given back by the shopper.</summary>
    Cancelled = 2,

    /// <summary>Every payment attempt was declined.</summary>
    Declined = 3,
}

/// <summary>How the latest payment attempt stands, as stored; the contract's <c>payment.state</c> in camelCase.</summary>
public enum PaymentState
{
    None = 0,
    Processing = 1,
    Unknown = 2,
    Declined = 3,
    Authorised = 4,
    Captured = 5,
    Voided = 6,
    Refunded = 7,
}

/// <summary>A row of <c>reservations</c> that belongs to a shopper, as read at <paramref name="Now"/>.</summary>
/// <param name="Price">As it was when the unit was put in the cart: what the shopper pays.</param>
/// <param name="PaymentAttempts">Attempts begun so far.</param>
/// <param name="SecuredBy">The payment attempt that secured the unit; null when a storefront took the payment.</param>
/// <param name="Now">The database's clock when the row was read.</param>
/// <param name="ByStorefront">Made or taken over by the storefront's server: only its API key opens it.</param>
public sealed record Reservation(
    Guid Id, int SaleNo, SaleId Sale, int Unit, string Shopper, string Admission, long Place,
    ReservationState State, ReleaseReason? Reason, Money Price, int AttemptsAllowed, int PaymentAttempts,
    PaymentState PaymentState, Guid? SecuredBy, string? OrderNumber,
    DateTimeOffset CreatedAt, DateTimeOffset PayBy, DateTimeOffset ReleaseAt, DateTimeOffset ChangedAt,
    DateTimeOffset Now, bool ByStorefront)
{
    /// <summary>What the shopper knows it by.</summary>
    public ReservationId PublicId => new(Sale, Id);

    /// <summary>True while the unit is the shopper's: held, being captured or sold.</summary>
    public bool IsLive => State is ReservationState.Held or ReservationState.Securing or ReservationState.Sold;
}

/// <summary>A reservation's public id, <c>{sale}_{32 hex}</c>: the edge reads the sale off it.</summary>
public readonly record struct ReservationId(SaleId Sale, Guid Value)
{
    private static readonly System.Buffers.SearchValues<char> s_hex = System.Buffers.SearchValues.Create("0123456789abcdef");

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

/// <summary>
/// The number a buyer quotes: <c>FS-XXXX-XXXX-XXXX</c>, 60 bits of the reservation id's hash in Crockford's alphabet.
/// Derived, so that selling again after a lost answer gives the same one.
/// </summary>
public static class OrderNumber
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string For(Guid reservation)
    {
        Span<byte> id = stackalloc byte[16];
        reservation.TryWriteBytes(id, bigEndian: true, out _);
        var bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(id));
        Span<char> text = stackalloc char[17];
        "FS-XXXX-XXXX-XXXX".CopyTo(text);
        for (var at = 3; at < text.Length; at++)
        {
            if (text[at] == '-') continue;
            text[at] = Alphabet[(int)(bits & 31)];
            bits >>= 5;
        }
        return new string(text);
    }
}
