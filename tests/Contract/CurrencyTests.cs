using FlashSale.Contract;

using Xunit;

namespace FlashSale.Tests.Contract;

public sealed class CurrencyTests
{
    [Theory]
    [InlineData(99_900, "usd", "999.00 USD")]
    [InlineData(500_000, "huf", "5000.00 HUF")]
    [InlineData(500_000, "twd", "5000.00 TWD")]
    [InlineData(1_500_000_000, "idr", "15000000.00 IDR")]
    [InlineData(500, "isk", "5 ISK")]
    [InlineData(1_850_000, "ugx", "18500 UGX")]
    [InlineData(1_234, "ugx", "12.34 UGX")]
    [InlineData(5_000, "jpy", "5000 JPY")]
    [InlineData(5_000, "mga", "5000 MGA")]
    [InlineData(12_340, "kwd", "12.340 KWD")]
    [InlineData(5_000, "cop", "50.00 COP")]
    [InlineData(5_000, "pkr", "50.00 PKR")]
    [InlineData(5_000, "all", "50.00 ALL")]
    public void An_amount_has_the_digits_with_which_the_provider_charges_it(long amount, string currency, string text) =>
        Assert.Equal(text, Currencies.Text(new Money(amount, currency)));

    [Theory]
    [InlineData(1_500_000_000, "idr")]
    [InlineData(999_999_999_999, "idr")]
    [InlineData(99_999_999, "usd")]
    [InlineData(50, "usd")]
    [InlineData(30, "gbp")]
    [InlineData(17_500, "huf")]
    [InlineData(50, "jpy")]
    [InlineData(1, "krw")]
    [InlineData(500, "isk")]
    [InlineData(10, "kwd")]
    public void What_the_provider_takes_is_payable(long amount, string currency) =>
        Assert.Null(Currencies.WhyNotPayable(new Money(amount, currency)));

    [Theory]
    [InlineData(99_900, "xyz", "does not take the currency 'xyz'")]
    [InlineData(99_900, "lyd", "does not take the currency 'lyd'")]
    [InlineData(49, "usd", "takes 0.50 USD at least, and this is 0.49 USD")]
    [InlineData(17_499, "huf", "takes 175.00 HUF at least")]
    [InlineData(100_000_000, "usd", "takes 999999.99 USD at the most")]
    [InlineData(1_000_000_000_000, "idr", "takes 9999999999.99 IDR at the most")]
    [InlineData(550, "isk", "must be a multiple of 100")]
    [InlineData(1_010, "ugx", "must be a multiple of 100")]
    [InlineData(12_345, "kwd", "must be a multiple of 10")]
    public void What_it_does_not_take_is_told_with_the_reason(long amount, string currency, string reason) =>
        Assert.Contains(reason, Currencies.WhyNotPayable(new Money(amount, currency)), StringComparison.Ordinal);

    [Fact]
    public void Pages_are_told_of_every_currency_that_is_not_written_with_two_digits()
    {
        Assert.All(Currencies.All.Values, currency => Assert.Equal(
            [currency.Digits, currency.Shown], Currencies.ForPages.GetValueOrDefault(currency.Code) ?? [2, 2]));
        Assert.Equal([2, 0], Currencies.ForPages["ugx"]);
        Assert.Equal([3, 3], Currencies.ForPages["bhd"]);
        Assert.DoesNotContain("huf", Currencies.ForPages.Keys);
    }
}
