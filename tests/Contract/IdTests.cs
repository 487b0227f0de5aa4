using FlashSale.Contract;

using Xunit;

namespace FlashSale.Tests.Contract;

public sealed class IdTests
{
    [Theory]
    [InlineData("xphone", true)]
    [InlineData("0-a", true)]
    [InlineData("-a", false)]
    [InlineData("A", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("a/b", false)]
    [InlineData("a.b", false)]
    public void A_sale_id_is_lower_case_letters_digits_and_inner_hyphens(string? text, bool valid) =>
        Assert.Equal(valid, SaleId.TryParse(text, out _));

    [Fact]
    public void A_sale_id_has_at_most_63_characters()
    {
        Assert.True(SaleId.TryParse(new string('a', 63), out _));
        Assert.False(SaleId.TryParse(new string('a', 64), out _));
    }
}
