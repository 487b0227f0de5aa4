using System.Collections.Frozen;
using System.Globalization;

namespace FlashSale.Contract;

/// <summary>
/// The currencies in which the provider takes a card, and the only place that knows their minor units: services read it, and
/// pages are told (<see cref="ForPages"/>) rather than ask the browser, whose digits are those of another list. ISO 4217
/// with the provider's exceptions (docs.stripe.com/currencies).
/// </summary>
public static class Currencies
{
    private const int Hundredths = 2;
    private const long EightDigits = 99_999_999, TwelveDigits = 999_999_999_999;

    private const string Hundredth =
        "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc cve czk "
        + "dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd kes kgs khr kyd kzt "
        + "lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr "
        + "pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah ugx usd uyu uzs "
        + "wst xcd yer zar zmw";

    // An ariary has five parts; the provider takes whole ones.
    private const string Whole = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf";

    /// <summary>The last digit must be 0: the provider's partners know two of the three.</summary>
    private const string Thousandth = "bhd jod kwd omr tnd";

    // They have no fractions, and are written in hundredths all the same: 500 is 5 krónur. (A forint and a Taiwan dollar
    // have fractions when a card is charged, and none only when the provider pays out.)
    private const string WholeInHundredths = "isk ugx";

    // What the provider takes at least when it also pays out in that currency; else the equivalent of what it pays out in,
    // which only the provider knows.
    private static readonly Dictionary<string, long> s_least = new()
    {
        ["usd"] = 50,
        ["aed"] = 200,
        ["aud"] = 50,
        ["brl"] = 50,
        ["cad"] = 50,
        ["chf"] = 50,
        ["czk"] = 1_500,
        ["dkk"] = 250,
        ["eur"] = 50,
        ["gbp"] = 30,
        ["hkd"] = 400,
        ["huf"] = 17_500,
        ["inr"] = 50,
        ["jpy"] = 50,
        ["mxn"] = 1_000,
        ["myr"] = 200,
        ["nok"] = 300,
        ["nzd"] = 50,
        ["pln"] = 200,
        ["ron"] = 200,
        ["sek"] = 300,
        ["sgd"] = 50,
        ["thb"] = 1_000,
    };

    private static readonly FrozenDictionary<string, Currency> s_all =
        Read(Hundredth, Hundredths, 1).Concat(Read(Whole, 0, 1)).Concat(Read(Thousandth, 3, 10))
            .ToFrozenDictionary(currency => currency.Code);

    /// <summary>All of them, by code.</summary>
    public static IReadOnlyDictionary<string, Currency> All => s_all;

    /// <summary>
    /// What a page must know to write and to read a price: the currencies that are not written with two digits, and how they
    /// are. <c>[digits of the amount, digits that are shown]</c> by code.
    /// </summary>
    public static IReadOnlyDictionary<string, int[]> ForPages { get; } = s_all.Values
        .Where(currency => (currency.Digits, currency.Shown) != (Hundredths, Hundredths))
        .OrderBy(currency => currency.Code, StringComparer.Ordinal)
        .ToDictionary(currency => currency.Code, currency => new[] { currency.Digits, currency.Shown });

    /// <summary>Why the provider can't take this, in words for an operator; null when it can.</summary>
    public static string? WhyNotPayable(Money price)
    {
        ArgumentNullException.ThrowIfNull(price);
        if (!s_all.TryGetValue(price.Currency, out var currency))
            return $"the payment provider does not take the currency '{price.Currency}'";
        if (price.Amount < currency.Least)
            return $"the payment provider takes {Text(currency.Least, currency)} at least, and this is {Text(price)}";
        if (price.Amount > currency.Most)
            return $"the payment provider takes {Text(currency.Most, currency)} at the most, and this is {Text(price)}";
        return price.Amount % currency.Step == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"an amount of {currency.Code.ToUpperInvariant()} must be a multiple of {currency.Step} for the payment provider");
    }

    /// <summary>A price in digits: <c>5.00 USD</c>. One of a currency that is not known, as hundredths.</summary>
    public static string Text(Money price)
    {
        ArgumentNullException.ThrowIfNull(price);
        return Text(price.Amount, s_all.GetValueOrDefault(price.Currency)
            ?? new Currency(price.Currency, Hundredths, 1, 1, EightDigits));
    }

    private static string Text(long amount, Currency currency)
    {
        // Never rounded: what can't be charged is still written as it is.
        var shown = amount % currency.Step == 0 ? currency.Shown : currency.Digits;
        var parts = (decimal)amount / (decimal)Math.Pow(10, currency.Digits);
        return $"{parts.ToString($"F{shown}", CultureInfo.InvariantCulture)} {currency.Code.ToUpperInvariant()}";
    }

    private static IEnumerable<Currency> Read(string codes, int digits, int step) => codes.Split(' ').Select(code =>
    {
        var steps = WholeInHundredths.Contains(code, StringComparison.Ordinal) ? 100 : step;
        return new Currency(code, digits, steps, s_least.GetValueOrDefault(code, steps), code == "idr" ? TwelveDigits : EightDigits);
    });
}
