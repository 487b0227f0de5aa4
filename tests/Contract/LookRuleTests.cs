using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Pages;

using Xunit;

namespace FlashSale.Tests.Contract;

public sealed class LookRuleTests
{
    [Theory]
    [InlineData("""{"texts":{"en":{"page.title":null}}}""", "look.texts.en")]
    [InlineData("""{"texts":{"de":null}}""", "look.texts.de")]
    [InlineData("""{"texts":{"en":{"no.such":null}}}""", "look.texts.en")]
    [InlineData("""{"texts":{"en":{"page.title":"a\u0000b"}}}""", "look.texts.en")]
    [InlineData("""{"texts":{"xx":{}}}""", "look.texts")]
    [InlineData("""{"homeUrl":"/\t/evil.example"}""", "look.homeUrl")]
    [InlineData("""{"homeUrl":"javascript:alert(1)"}""", "look.homeUrl")]
    [InlineData("""{"homeUrl":""}""", "look.homeUrl")]
    [InlineData("""{"accent":""}""", "look.accent")]
    [InlineData("""{"logo":""}""", "look.logo")]
    public void What_would_break_a_page_is_refused_by_name(string json, string field)
    {
        var mistakes = JsonSerializer.Deserialize<Look>(json, Wire.Json)!.Mistakes().ToList();
        Assert.StartsWith(field, Assert.Single(mistakes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"texts":null,"logo":null,"homeUrl":null,"accent":null,"accentDark":null}""")]
    [InlineData("""{"texts":{}}""")]
    [InlineData("""{"texts":{"en":{}}}""")]
    [InlineData("""{"texts":{"en":{"page.title":"","no.such":"{n} {{x}} {0"}}}""")]
    public void What_breaks_none_is_taken(string json) =>
        Assert.Empty(JsonSerializer.Deserialize<Look>(json, Wire.Json)!.Mistakes());
}
