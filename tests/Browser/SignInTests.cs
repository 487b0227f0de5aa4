using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

using FlashSale.Tests.Support;

using Microsoft.Playwright;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace FlashSale.Tests.Browser;

/// <summary>Operators who sign in at the dashboard by their own organisation, in a real browser.</summary>
public sealed class SignInTests(SignInFixture fixture) : IClassFixture<SignInFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("en", "Sign in with your organisation", "operator", "Your sign-in is over.")]
    [InlineData("de", "Mit Ihrer Organisation anmelden", "Betrieb", "Ihre Anmeldung ist abgelaufen.")]
    [InlineData("ar", "تسجيل الدخول عبر مؤسستك", "مشغّل", "انتهت جلسة تسجيل الدخول.")]
    [InlineData("ja", "組織のアカウントでサインイン", "運用者", "サインインの有効期限が切れました。")]
    public async Task Who_signs_in_runs_a_sale_under_their_name_until_they_sign_out_or_it_is_over(
        string language, string link, string role, string over)
    {
        fixture.Provider.Person = ("anna@shop.example", ["sales"]);
        var sale = await fixture.System.SaleAsync();
        await using var visitor = await ComesAsync(language);
        var page = visitor.Page;
        await Expect(page.Locator("#openid")).ToHaveTextAsync(link);
        await visitor.FindsNoBarrierAsync();
        await SignsInAsync(page);
        await Expect(page.Locator("#who")).ToContainTextAsync("anna@shop.example");
        await Expect(page.Locator("#who")).ToContainTextAsync(role);
        await Expect(page.Locator(".people")).ToBeHiddenAsync(); // An admin's.

        await LooksAtAsync(page, sale);
        await ChangesTheRateAsync(page);
        var entry = page.Locator("#journal li", new() { HasText = "openid:anna@shop.example" });
        await Expect(entry).ToHaveCountAsync(1);
        await visitor.FindsNoBarrierAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#journalcsv"));
        Assert.Contains(",openid:anna@shop.example,", await File.ReadAllTextAsync((await download.PathAsync())!, Cancel), StringComparison.Ordinal);

        // Whoever signs out is out, also for a page that is loaded again.
        await page.ReloadAsync();
        await Expect(page.Locator("#name")).Not.ToHaveTextAsync("\u00a0");
        await page.ClickAsync("#signout");
        await page.ReloadAsync();
        await Expect(page.Locator("#openid")).ToBeVisibleAsync();
        Assert.DoesNotContain(await visitor.Context.CookiesAsync(), cookie => cookie.Name == "fs-operator");

        await SignsInAsync(page);
        await LooksAtAsync(page, sale);
        await visitor.Context.ClearCookiesAsync();
        await ChangesTheRateAsync(page);
        await Expect(page.Locator("#signinproblem")).ToContainTextAsync(over);
        await visitor.FindsNoBarrierAsync();
        visitor.HasSeenNoError();
    }

    [Theory]
    [InlineData("en", "The sign-in has failed")]
    [InlineData("de", "Die Anmeldung ist fehlgeschlagen")]
    [InlineData("ar", "فشل تسجيل الدخول")]
    [InlineData("ja", "サインインに失敗したか")]
    public async Task Who_has_no_role_is_told_so_in_words(string language, string told)
    {
        fixture.Provider.Person = ("eve@shop.example", ["cleaning"]);
        await using var visitor = await ComesAsync(language);
        await SignsInAsync(visitor.Page, "#signinproblem:not(:empty)");
        await Expect(visitor.Page.Locator("#signinproblem")).ToContainTextAsync(told);
        Assert.EndsWith("/admin/", visitor.Page.Url, StringComparison.Ordinal);
        await visitor.FindsNoBarrierAsync();
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task A_group_of_one_storefront_sees_its_sales_and_one_that_may_see_steers_nothing()
    {
        using var shop = new HttpRequestMessage(HttpMethod.Put, $"/admin/storefronts/{fixture.Shop}") { Content = JsonContent.Create(new { name = "A shop" }) };
        shop.Headers.Authorization = new AuthenticationHeaderValue("Bearer", fixture.System.Secrets.AdminKey);
        Assert.Equal(HttpStatusCode.Created, (await fixture.System.Edge.SendAsync(shop, Cancel)).StatusCode);
        var own = Unique.Name("own");
        var settings = new { name = "A phone", inventory = 5, price = new { amount = 99_900, currency = "usd" }, storefront = fixture.Shop };
        await fixture.System.Operators.PutSaleAsync(own, settings, Cancel);
        var foreign = await fixture.System.SaleAsync();

        fixture.Provider.Person = ("shop@shop.example", ["shop-staff"]);
        await using (var staff = await ComesAsync("en"))
        {
            await SignsInAsync(staff.Page);
            await Expect(staff.Page.Locator("#who")).ToContainTextAsync(fixture.Shop);
            await Expect(staff.Page.Locator($"a[href='#{own}']")).ToBeVisibleAsync();
            await Expect(staff.Page.Locator($"a[href='#{foreign}']")).ToHaveCountAsync(0);
            await LooksAtAsync(staff.Page, own);
            await Expect(staff.Page.Locator(".steer")).ToBeVisibleAsync();
            staff.HasSeenNoError();
        }

        fixture.Provider.Person = ("board@shop.example", ["board"]);
        await using var board = await ComesAsync("en");
        await SignsInAsync(board.Page);
        await LooksAtAsync(board.Page, foreign);
        await Expect(board.Page.Locator(".steer")).ToBeHiddenAsync();
        board.HasSeenNoError();
    }

    /// <summary>Opens the sale's page, and waits for what it shows: before that its buttons know no sale.</summary>
    private static async Task LooksAtAsync(IPage page, string sale)
    {
        await page.ClickAsync($"a[href='#{sale}']");
        await Expect(page.Locator("#state")).Not.ToHaveTextAsync("\u00a0");
    }

    /// <summary>By the provider and back; again where a busy machine's system asked to come back in a moment, which is no page.</summary>
    private static Task SignsInAsync(IPage page, string seen = "#list") => WaitFor.TrueAsync(async () =>
    {
        await page.ClickAsync("#openid");
        var refusal = page.Locator("body > pre");
        await Expect(page.Locator(seen).Or(refusal).First).ToBeVisibleAsync();
        if (await refusal.CountAsync() == 0) return true;
        await page.GotoAsync("/admin/");
        return false;
    }, "the provider has led back");

    private static async Task ChangesTheRateAsync(IPage page)
    {
        await page.ClickAsync("[data-dialog=rate]");
        await page.FillAsync("#rate", "7");
        await page.ClickAsync("#d-rate button[value=ok]");
    }

    private async Task<PageVisitor> ComesAsync(string language)
    {
        var visitor = await PageVisitor.ComesAsync(
            new BrowserNewContextOptions { ViewportSize = new() { Width = 1280, Height = 900 }, Locale = language }, fixture.System);
        await visitor.Page.GotoAsync("/admin/");
        return visitor;
    }
}
