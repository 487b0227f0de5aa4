using System.Text;

using FlashSale.Contract;

namespace FlashSale.Gateway.Called;

/// <summary>A shopper whom their storefront calls by itself, once it is told.</summary>
public sealed record ShopRecipient(ShopperId Shopper) : Recipient
{
    public const byte Mark = 2;

    public override bool TryWrite(Span<byte> to, out int length)
    {
        to[0] = Mark;
        length = 1 + Encoding.ASCII.GetBytes(Shopper.Value, to[1..]);
        return true;
    }

    /// <summary>Reads what <see cref="TryWrite"/> wrote.</summary>
    public static ShopRecipient? ReadFrom(ReadOnlySpan<byte> plain) =>
        ShopperId.TryParse(Encoding.ASCII.GetString(plain[1..]), out var shopper) ? new ShopRecipient(shopper) : null;
}
