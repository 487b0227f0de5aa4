using System.Globalization;

using FlashSale.Contract;
using FlashSale.Pages;

namespace FlashSale.Checkout.Shop;

/// <summary>Where a sale stands by its own settings, to the minute, for a browser that cannot ask for what is live.</summary>
/// <param name="Key">Of the text.</param>
/// <param name="At">What it is until; null when there is nothing to wait for.</param>
/// <param name="Minutes">Until then.</param>
internal readonly record struct SaleMoment(string Key, DateTimeOffset? At, long Minutes)
{
    public static SaleMoment Of(Sale sale, DateTimeOffset now) =>
        sale.EndsAt <= now ? new("sale.ended", null, 0)
        : now < sale.QueueOpensAt ? Until("plain.scheduled", sale.QueueOpensAt, now)
        : now < sale.StartsAt ? Until("plain.prequeue", sale.StartsAt, now)
        : new(sale.Paused ? "sale.paused" : "plain.started", null, 0);

    public string Text(Texts texts)
    {
        if (At is not { } at) return texts[Key];
        var format = at.UtcDateTime.Date == (at.UtcDateTime - TimeSpan.FromMinutes(Minutes)).Date ? "HH:mm" : "yyyy-MM-dd HH:mm";
        return texts[Key].Replace("{h}", Number(Minutes / 60), StringComparison.Ordinal)
            .Replace("{m}", Number(Minutes % 60), StringComparison.Ordinal)
            .Replace("{time}", at.UtcDateTime.ToString(format, CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    private static SaleMoment Until(string key, DateTimeOffset at, DateTimeOffset now) =>
        new(key, at, (long)Math.Ceiling((at - now).TotalMinutes));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
