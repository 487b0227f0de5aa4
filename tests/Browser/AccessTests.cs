using System.Text.Json;

using FlashSale.Contract;

using Microsoft.Playwright;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace FlashSale.Tests.Browser;

/// <summary>Every state of the pages, however one looks at them: axe, narrow, zoomed, dark, right to left, by keyboard.</summary>
public sealed class AccessTests(CartFixture cart) : IClassFixture<CartFixture>
{
    /// <summary>Days ahead: a long countdown.</summary>
    private static readonly string s_start = Wire.Format(TimeProvider.System.GetUtcNow().AddDays(12));

    /// <summary>Language, width in CSS pixels, pixels each (640 wide at 200 % zoom is 320 with 2), dark.</summary>
    public static TheoryData<string, int, float, bool> Looks => new()
    {
        { "en", 390, 1, false }, { "de", 320, 2, true }, { "ja", 320, 1, false }, { "ar", 320, 1, true }, { "ar", 1280, 1, false },
    };

    private static Task<PageVisitor> ComesAsync(string language, int width, float pixels, bool dark, string? with = null) =>
        PageVisitor.ComesAsync(new BrowserNewContextOptions
        {
            ViewportSize = new() { Width = width, Height = 720 },
            DeviceScaleFactor = pixels,
            Locale = language,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            StorageState = with,
        });

    [Theory, MemberData(nameof(Looks))]
    public async Task No_state_of_the_waiting_page_has_a_barrier(string language, int width, float pixels, bool dark)
    {
        await using var visitor = await ComesAsync(language, width, pixels, dark);
        await visitor.Context.AddInitScriptAsync(WaitingTests.HiddenTab);
        var sale = await visitor.System.SaleAsync();
        var (status, body) = (200, "");
        await visitor.Page.RouteAsync("**/ticket", route => route.FulfillAsync(new()
        {
            Status = status,
            ContentType = "application/json",
            Body = body,
        }));
        foreach (var state in new[] { "prequeue", "waiting", "admitted", "missed", "redeemed", "left", "soldOut", "ended" })
        {
            body = Place(sale, state, state is "waiting" ? "paused" : "open");
            await LooksAsync(state);
        }

        foreach (var problem in new[]
        {
            Problem.AlreadyBought, Problem.EnqueueTokenInvalid, Problem.UnknownSale, Problem.JoiningNotOpen, Problem.SaleEnded,
            Problem.SlowDown, Problem.Unavailable,
        })
        {
            (status, body) = (problem.Status, JsonSerializer.Serialize(new { code = problem.Code, queueOpensAt = s_start }));
            await LooksAsync(problem.Code);
        }

        async Task LooksAsync(string what)
        {
            await visitor.Context.ClearCookiesAsync();
            await visitor.Page.GotoAsync($"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart");
            await Expect(visitor.Page.Locator("#say")).Not.ToBeEmptyAsync();
            TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {await visitor.Page.Locator("#title").TextContentAsync()}");
            await visitor.FindsNoBarrierAsync();
        }
    }

    [Theory, MemberData(nameof(Looks))]
    public async Task No_state_of_the_cart_has_a_barrier(string language, int width, float pixels, bool dark)
    {
        var sale = cart.Sale;
        await using var visitor = await ComesAsync(language, width, pixels, dark, cart.StorageState);
        var (status, body) = (200, "");
        await visitor.Page.RouteAsync("**/reservations**", route => route.FulfillAsync(new()
        {
            Status = status,
            ContentType = "application/json",
            Body = body,
        }));
        foreach (var (state, reason, payment) in new[]
        {
            ("held", null, "none"), ("held", null, "declined"), ("held", null, "processing"), ("held", null, "unknown"),
            ("sold", null, "captured"), ("released", "expired", "voided"), ("released", "cancelled", "none"),
            ("released", "declined", "declined"), ("refunding", null, "captured"), ("refunded", null, "refunded"),
        })
        {
            body = Reservation(sale, state, reason, payment);
            await LooksAsync();
        }

        foreach (var problem in new[] { Problem.AdmissionSpent, Problem.WrongSale, Problem.AlreadyBought, Problem.Unavailable })
        {
            (status, body) = (problem.Status, JsonSerializer.Serialize(new { code = problem.Code }));
            await LooksAsync();
        }

        async Task LooksAsync()
        {
            await visitor.Page.GotoAsync($"/shop/{sale}/cart");
            await Expect(visitor.Page.Locator("#say")).Not.ToBeEmptyAsync();
            await visitor.FindsNoBarrierAsync();
        }
    }

    [Fact]
    public async Task The_keyboard_reaches_everything_shows_where_it_is_and_pays()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = true }, TestContext.Current.CancellationToken);
        await visitor.Page.GotoAsync($"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart");
        await visitor.SeesAsync("The sale is paused");
        await TabsToAsync("#leave summary", passing: ["#langs a", "#sound"]);
        await visitor.Page.Keyboard.PressAsync("Enter");
        await TabsToAsync("#leavenow");

        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = false }, TestContext.Current.CancellationToken);
        await Expect(visitor.Page.Locator("[data-state=held] #paybutton")).ToBeEnabledAsync();
        foreach (var (field, text) in (IEnumerable<(string, string)>)[("number", "4242424242424242"), ("expiry", "12/34"), ("cvc", "123")])
        {
            await TabsToAsync("#sim-" + field);
            await visitor.Page.Keyboard.TypeAsync(text);
        }

        await TabsToAsync("#paybutton");
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.SeesAsync("It is yours");

        async Task TabsToAsync(string wanted, params string[] passing)
        {
            var left = passing.ToList();
            for (var presses = 0; presses < 25; presses++)
            {
                await visitor.Page.Keyboard.PressAsync("Tab");
                // The radio's row shows the focus of the radio.
                var isSeen = await visitor.Page.EvaluateAsync<bool>(
                    "() => [document.activeElement, document.activeElement.parentNode].some(e => getComputedStyle(e).outlineStyle === 'solid')");
                Assert.True(isSeen, "the focus is not to be seen");
                left.RemoveAll(selector => IsOn(selector).Result);
                if (!await IsOn(wanted)) continue;
                Assert.Empty(left);
                return;
            }

            Assert.Fail($"the keyboard doesn't reach {wanted}");
        }

        Task<bool> IsOn(string selector) => visitor.Page.EvaluateAsync<bool>("s => document.activeElement.matches(s)", selector);
    }

    [Fact]
    public async Task Who_wants_less_motion_gets_none()
    {
        await using var visitor = await ComesAsync("en", 390, 1, false);
        await visitor.GoesToTheCartAsync(await visitor.System.SaleAsync());
        Assert.Equal("0s", await visitor.Page.EvaluateAsync<string>("() => getComputedStyle(document.getElementById('fill')).transitionDuration"));

        await visitor.PaysAsync("pm_card_visa");
        await visitor.SeesAsync("It is yours");

        Assert.Equal(0, await visitor.Page.EvaluateAsync<int>("() => document.getAnimations().length"));
    }

    private static string Place(string sale, string state, string saleState) => JsonSerializer.Serialize(new
    {
        sale,
        ticket = "t",
        state,
        number = 123_456,
        ahead = 98_765,
        eta = new { lowSeconds = 4000, highSeconds = 5300 },
        outlook = "returnsOnly",
        units = new { total = 100_000, available = 0, inCarts = 40_000, sold = 60_000 },
        saleState,
        startsAt = s_start,
        serverTime = Wire.Format(TimeProvider.System.GetUtcNow()),
        nextPollMs = 60_000,
        message = "A new batch arrives at noon",
        redeemBy = Wire.Format(TimeProvider.System.GetUtcNow().AddMinutes(1)),
    }, Wire.Json);

    private static string Reservation(string sale, string state, string? reason, string payment) => JsonSerializer.Serialize(new
    {
        id = $"{sale}_{new string('0', 32)}",
        sale,
        unit = 17,
        state,
        reason,
        payBy = Wire.Format(TimeProvider.System.GetUtcNow().AddMinutes(4)),
        price = new { amount = 99_900, currency = "usd" },
        payment = new { state = payment, attemptsLeft = 2 },
        orderNumber = state is "sold" or "refunding" or "refunded" ? "FS-4G22-RFM6-MY5P" : null,
        serverTime = Wire.Format(TimeProvider.System.GetUtcNow()),
    }, Wire.Json);
}
