using System.Globalization;

using FlashSale.Contract;

namespace FlashSale.Checkout.Shop;

/// <summary>A price in words and digits, until a script writes it as the shopper's region does; or for who has none.</summary>
internal static class Prices
{
    // What ISO 4217 says of the currencies whose minor unit is not a hundredth.
    private static readonly string[] s_whole =
        ["bif", "clp", "djf", "gnf", "isk", "jpy", "kmf", "krw", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"];
    private static readonly string[] s_thousandths = ["bhd", "iqd", "jod", "kwd", "lyd", "omr", "tnd"];

    public static string Text(Money price)
    {
        var digits = s_whole.Contains(price.Currency) ? 0 : s_thousandths.Contains(price.Currency) ? 3 : 2;
        var amount = price.Amount / (decimal)Math.Pow(10, digits);
        return $"{amount.ToString($"F{digits}", CultureInfo.InvariantCulture)} {price.Currency.ToUpperInvariant()}";
    }
}
