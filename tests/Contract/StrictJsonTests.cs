using System.Text;

using FlashSale.Contract;

using Xunit;

namespace FlashSale.Tests.Contract;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":"caf\u00e9 \ud83d\ude80 \\ud83d \n"}""")]
    [InlineData("""{"\ud83d\ude80":["\ud83d\ude80\ud83d\ude80"]}""")]
    [InlineData("""{"a":"\u0000","b":1e400,"c":9223372036854775808}""")]
    [InlineData("null")]
    public void Whole_letters_pass(string json)
    {
        Assert.True(StrictJson.TryParse(Encoding.UTF8.GetBytes(json), out var read));
        Assert.NotNull(read.GetRawText());
    }

    [Theory]
    [InlineData("""{"a":"caf\ud83d"}""")]
    [InlineData("""{"a":"\ude80"}""")]
    [InlineData("""{"a":"\ud83dx\ude80"}""")]
    [InlineData("""{"a":"\ud83d\ud83d\ude80"}""")]
    [InlineData("""{"a":"\ud83d\n"}""")]
    [InlineData("""{"\ud83d":1}""")]
    [InlineData("""{"unknown":{"deep":["\uDBFF"]}}""")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}{}")]
    public void Anything_else_does_not(string json) => Assert.False(StrictJson.TryParse(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void Bytes_that_are_no_letters_do_not()
    {
        foreach (var bytes in new byte[][] { [0xff], [0xc0, 0x80], [0xed, 0xa0, 0xbd], [0xf5, 0x80, 0x80, 0x80] })
            Assert.False(StrictJson.TryParse((byte[])[.. "{\"a\":\""u8, .. bytes, .. "\"}"u8], out _));
    }
}
