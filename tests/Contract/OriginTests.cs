using FlashSale.Contract;

using Xunit;

namespace FlashSale.Tests.Contract;

public sealed class OriginTests
{
    [Theory]
    [InlineData("https://shop.example", "https://shop.example")]
    [InlineData("HTTPS://Shop.Example/", "https://shop.example")]
    [InlineData("https://shop.example:443", "https://shop.example")]
    [InlineData("http://shop.example:80/", "http://shop.example")]
    [InlineData("https://shop.example:8443", "https://shop.example:8443")]
    [InlineData("http://127.0.0.1:5001", "http://127.0.0.1:5001")]
    [InlineData("http://[::1]:5001", "http://[::1]:5001")]
    [InlineData("https://m\u00fcller.example", "https://xn--mller-kva.example")]
    [InlineData("https://M\u00dcLLER.example:444/", "https://xn--mller-kva.example:444")]
    [InlineData("https://xn--mller-kva.example", "https://xn--mller-kva.example")]
    [InlineData("https://\u4f8b\u3048.\u30c6\u30b9\u30c8", "https://xn--r8jz45g.xn--zckzah")]
    public void An_origin_is_written_as_browsers_send_it(string text, string normal)
    {
        Assert.Equal(normal, Origin.Normal(text));
        Assert.Equal(normal, Origin.Normal(normal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("shop.example")]
    [InlineData("ftp://shop.example")]
    [InlineData("javascript://shop.example")]
    [InlineData("https:shop.example")]
    [InlineData("https://")]
    [InlineData("https:///")]
    [InlineData("https://shop.example/a")]
    [InlineData("https://shop.example//")]
    [InlineData("https://shop.example?")]
    [InlineData("https://shop.example#")]
    [InlineData("https://user@shop.example")]
    [InlineData("https://shop.example\\")]
    [InlineData("https://shop .example")]
    [InlineData(" https://shop.example")]
    [InlineData("https://shop.example\n")]
    [InlineData("https://shop.example:99999")]
    [InlineData("https://m%C3%BCller.example")]
    [InlineData("https://mu\u0308ller.example")]
    [InlineData("https://\u304b\u3099.example")]
    [InlineData("https://\u1112\u1161\u11ab.example")]
    [InlineData("https://\uff33\uff28\uff2f\uff30.example")]
    [InlineData("https://sh\u200bop.example")]
    [InlineData("https://sh\u00adop.example")]
    [InlineData("https://\ufb01sh.example")]
    [InlineData("https://\ud835\udc1a.example")]
    [InlineData("*")]
    [InlineData("null")]
    public void Anything_else_is_none(string? text) => Assert.Null(Origin.Normal(text));
}
