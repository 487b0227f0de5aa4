using System.Security.Cryptography;

using FlashSale.Contract;
using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Queue;

/// <summary>The field by which the line knows a shopper: no two ids share one, whoever chose them.</summary>
public sealed class ShopperFieldTests
{
    private static readonly byte[] s_hash = SHA256.HashData("a browser's secret"u8);

    [Fact]
    public void A_visitors_field_is_the_hash_in_its_id_and_longer_than_any_other()
    {
        var field = SaleLine.FieldOf(ShopperId.Visitor(s_hash));
        Assert.Equal([0, .. s_hash[..ShopperId.VisitorBytes]], field);
        Assert.True(field.Length > SaleLine.FieldOf(Id("ada")).Length);
    }

    [Fact]
    public void An_id_that_looks_like_a_visitors_and_is_not_has_a_field_of_its_own()
    {
        var visitor = ShopperId.Visitor(s_hash).Value;
        // The last character carries two bits of the hash; the others must be zero.
        var last = visitor[^1];
        string[] others =
        [
            visitor + "A", visitor[..^1], visitor[..^1] + (char)(last + 1), "V" + visitor[1..],
            visitor[..^2] + "==", "v-  " + visitor[2..^2], visitor[..^2] + "AA", Convert.ToHexString(s_hash),
        ];
        var fields = others.Append(visitor).Select(text => Convert.ToHexString(SaleLine.FieldOf(Id(text)))).ToList();
        Assert.Equal(fields.Count, fields.Distinct().Count());
    }

    private static ShopperId Id(string text) => ShopperId.TryParse(text, out var id) ? id : throw new FormatException(text);
}
