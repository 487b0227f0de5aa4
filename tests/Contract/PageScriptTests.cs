using System.Runtime.CompilerServices;

using FlashSale.Checkout.Dashboard;
using FlashSale.Checkout.Shop;
using FlashSale.Gateway.Called;
using FlashSale.Gateway.Pages;
using FlashSale.Pages;

using Xunit;

namespace FlashSale.Tests.Contract;

/// <summary>What would keep a page's script from running is said when it is composed, and not by a browser alone.</summary>
public sealed class PageScriptTests
{
    [Fact]
    public void Every_script_is_one_and_none_of_its_files_takes_a_name_of_another()
    {
        foreach (var page in new[] { typeof(PageParts), typeof(OrderPage), typeof(AttentionRoutes), typeof(ShopAssets), typeof(DashboardPage) })
            RuntimeHelpers.RunClassConstructor(page.TypeHandle);
        Assert.NotEmpty(Assets.Script(typeof(CalledScript).Assembly, CalledScript.File, "attention.js"));
    }

    [Theory]
    [InlineData("var whole = new Intl.NumberFormat('en');", "var whole = location.search;")]
    [InlineData("function whole() { }", "var a = 1, whole = 2;")]
    [InlineData("function whole() { }", "function whole() { return 1; }")]
    [InlineData("var whole;", "if (window.name) for (var whole in window) open(whole);")]
    [InlineData("try { var whole = 1; } catch (e) { }", "var whole = 2;")]
    public void A_name_that_two_files_declare_is_refused_by_name(string one, string another) =>
        Assert.Matches(": whole$", Assert.Throws<FormatException>(() => Assets.SmallScript($"{one}\n{another}\n", "page.js")).Message);

    [Theory]
    [InlineData("let whole = 1;", "const whole = 2;")]
    [InlineData("var a = 1;", "function open( { return a; }")]
    public void What_is_no_script_is_refused(string one, string another) =>
        Assert.StartsWith(
            "page.js: ", Assert.Throws<FormatException>(() => Assets.SmallScript($"{one}\n{another}\n", "page.js")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Functions_have_names_of_their_own() => Assert.NotEmpty(Assets.SmallScript(
        """
        var whole = 1, open = whole => whole + 1;
        function shut(whole) { var a = whole; return a; }
        function lock() { var a = open(whole); return a; }

        """, "page.js"));
}
