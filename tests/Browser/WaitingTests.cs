using System.Text.Json;
using System.Text.RegularExpressions;

using FlashSale.Contract;
using FlashSale.LoadTest.Verify;
using FlashSale.Queue;
using FlashSale.Tests.Support;

using Microsoft.Playwright;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace FlashSale.Tests.Browser;

/// <summary>The waiting page in a real browser.</summary>
public sealed class WaitingTests
{
    internal const string HiddenTab =
        """
        Object.defineProperty(document, 'hidden', { get: () => true });
        Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A sale in which nobody moves until it is resumed.</summary>
    private static async Task<string> PausedSaleAsync(PageVisitor visitor, int units = 5)
    {
        var sale = await visitor.System.SaleAsync(TestSystem.SaleOf(units));
        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = true }, Cancel);
        return sale;
    }

    private static string Line(string sale) => $"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart";

    [Fact]
    public async Task A_shopper_sees_where_they_stand_and_a_refresh_keeps_the_place()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await PausedSaleAsync(visitor);
        await visitor.System.Shopper(sale).JoinsAsync();

        await visitor.Page.GotoAsync(Line(sale));
        await Expect(visitor.Page.Locator("#ahead")).ToHaveTextAsync("1");
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("2");
        await Expect(visitor.Page.Locator("#ref")).ToHaveTextAsync($"For support: {sale}-2");
        await visitor.SeesAsync("The sale is paused");
        await visitor.FindsNoBarrierAsync();

        await visitor.Page.ReloadAsync();
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("2");
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task Two_tabs_share_one_place()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await PausedSaleAsync(visitor);
        await visitor.Page.GotoAsync(Line(sale));
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("1");

        var second = await visitor.AnotherTabAsync();
        await second.GotoAsync(Line(sale));

        await Expect(second.Locator("#number")).ToHaveTextAsync("1");
    }

    [Fact]
    public async Task A_browser_does_the_work_that_joining_costs_and_keeps_its_place()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await PausedSaleAsync(visitor);
        var scripts = new System.Collections.Concurrent.ConcurrentQueue<string>();
        visitor.Page.Response += (_, answer) =>
        {
            if (answer.Url.Contains("work", StringComparison.Ordinal)) scripts.Enqueue(answer.Url);
        };
        await visitor.Page.GotoAsync(Line(sale));
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("1");
        Assert.Empty(scripts);

        await visitor.System.Operators.PatchSaleAsync(
            sale, new { proofOfWork = new { bits = 14, aboveJoinsPerSecond = 0 } }, Cancel);
        var asked = visitor.System.Shopper(sale);
        await WaitFor.TrueAsync(async () =>
            (await visitor.System.Edge.PostAsync($"/sales/{sale}/ticket", null, Cancel)).StatusCode
                is System.Net.HttpStatusCode.PreconditionRequired, "work is asked for");
        Assert.Equal(201, (await asked.JoinAsync(Cancel)).Status);

        await using var second = await PageVisitor.ComesAsync();
        await second.Page.GotoAsync(Line(sale));
        await Expect(second.Page.Locator("#number")).Not.ToHaveTextAsync("–");
        var number = await second.Page.Locator("#number").TextContentAsync();
        await second.Page.ReloadAsync();
        await Expect(second.Page.Locator("#number")).ToHaveTextAsync(number!);
        second.HasSeenNoError();
    }

    [Fact]
    public async Task A_hidden_tab_asks_before_it_goes_on()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        await visitor.Context.AddInitScriptAsync(HiddenTab);
        var sale = await visitor.System.SaleAsync();

        await visitor.Page.GotoAsync(Line(sale));
        await visitor.SeesAsync("It is your turn!");
        await Expect(visitor.Page).ToHaveTitleAsync(new Regex("● .*It is your turn!"));
        await Expect(visitor.Page.Locator("#clocktime")).ToHaveTextAsync(new Regex(@"^\d\d:\d\d$"));
        await visitor.FindsNoBarrierAsync();

        await visitor.Page.ClickAsync("#go");
        await Expect(visitor.Page.Locator("[data-state=held] #paybutton")).ToBeEnabledAsync();
    }

    [Fact]
    public async Task A_missed_turn_is_said_and_the_line_can_be_joined_again()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        await visitor.Context.AddInitScriptAsync(HiddenTab);
        var sale = await visitor.System.SaleAsync(TestSystem.SaleOf(1, claimSeconds: 2));
        await visitor.Page.GotoAsync(Line(sale));

        await visitor.SeesAsync("You missed your turn");
        await visitor.FindsNoBarrierAsync();
        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = true }, Cancel);
        await visitor.Page.ClickAsync("#go");

        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("2");
    }

    [Fact]
    public async Task A_sold_out_sale_is_said_and_the_shop_offered()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync(TestSystem.SaleOf(1));
        var buyer = visitor.System.Shopper(sale);
        await buyer.JoinsAsync();
        await buyer.HasAUnitInTheCartAsync();
        await visitor.Page.GotoAsync(Line(sale));
        await Expect(visitor.Page.Locator("#chance")).ToHaveTextAsync("Only returned units.");

        Assert.Equal(201, (await buyer.PayAsync("pm_card_visa", null, Cancel)).Status);

        await visitor.SeesAsync("Sold out");
        await Expect(visitor.Page.Locator("#back")).ToBeVisibleAsync();
        await visitor.FindsNoBarrierAsync();

        await using var late = await PageVisitor.ComesAsync();
        await late.Page.GotoAsync(Line(sale));
        await late.SeesAsync("Sold out");
    }

    [Fact]
    public async Task A_sale_that_ended_and_goes_on_goes_on_for_the_pages_that_are_open_in_order()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync(TestSystem.SaleOf(1));
        await visitor.System.Shopper(sale).JoinsAsync();
        await visitor.Page.Clock.InstallAsync();
        await visitor.Page.GotoAsync(Line(sale));
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("2");
        await visitor.System.Operators.PatchSaleAsync(sale, new { endsAt = TimeProvider.System.GetUtcNow() }, Cancel);
        await visitor.SeesAsync("This sale has ended");
        await using var late = await PageVisitor.ComesAsync();
        await late.Page.Clock.InstallAsync();
        await late.Page.GotoAsync(Line(sale));
        await late.SeesAsync("This sale has ended");

        await visitor.System.Operators.PatchSaleAsync(
            sale, new { endsAt = TimeProvider.System.GetUtcNow().AddHours(1) }, Cancel);
        await WaitFor.TrueAsync(
            () => Task.FromResult(visitor.System.StoppedBecause(sale) is null), "the line goes on");

        // Both ask on by themselves: within a minute of theirs.
        await visitor.Page.Clock.FastForwardAsync("01:00");
        await Expect(visitor.Page.Locator("[data-state~=waiting] #number")).ToHaveTextAsync("2");
        await late.Page.Clock.FastForwardAsync("01:00");
        await Expect(late.Page.Locator("[data-state~=waiting] #number")).ToHaveTextAsync("3");
    }

    [Fact]
    public async Task A_link_for_someone_else_asks_before_it_takes_the_place()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await PausedSaleAsync(visitor);
        await visitor.JoinsAsync(sale, "ada@example.com");
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("1");

        await visitor.JoinsAsync(sale, "mallory@example.com");
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("This link is for someone else");
        await visitor.FindsNoBarrierAsync();
        await visitor.Page.ClickAsync("[value=keep]");
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("1");

        await visitor.JoinsAsync(sale, "mallory@example.com");
        await visitor.Page.ClickAsync("[value=replace]");
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("2");
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task A_shopper_checks_the_own_place_in_a_shuffled_sale_from_what_is_public()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync(new
        {
            inventory = 1,
            price = new { amount = 100, currency = "usd" },
            order = "shuffle",
            startsAt = TimeProvider.System.GetUtcNow().AddMinutes(10),
        });
        foreach (var _ in Enumerable.Range(0, 3)) await visitor.System.Shopper(sale).JoinsAsync();
        await visitor.Page.GotoAsync(Line(sale));
        await Expect(visitor.Page.Locator("#ref")).ToContainTextAsync("-4");
        // Nobody is ahead of anybody yet: chances of that are no reason.
        await Expect(visitor.Page.Locator("#chance")).ToHaveTextAsync(new Regex("^(Likely|Possible|Unlikely)\\.$"));
        await Expect(visitor.Page.Locator("#chancewhy")).ToHaveTextAsync("");
        // The page of the place stays open beside it, and polls.
        await Expect(visitor.Page.Locator("footer a[target=_blank]")).ToHaveAttributeAsync("href", "?view=order");
        await visitor.Page.GotoAsync(Line(sale) + "&view=order");
        await Expect(visitor.Page.Locator("#say")).ToHaveTextAsync("The order is drawn at the start of the sale.");

        await visitor.System.Operators.PatchSaleAsync(sale, new { startsAt = TimeProvider.System.GetUtcNow() }, Cancel);
        PublicOrder order = null!;
        await WaitFor.TrueAsync(async () =>
        {
            order = await PublicOrderReader.ReadAsync(visitor.System.Edge, sale, Cancel);
            return order.Shuffle?.Seed is not null && order.Calls.Any(one => one.What == "called");
        }, "one is called");
        await visitor.Page.ReloadAsync();
        await Expect(visitor.Page.Locator("#say")).ToHaveTextAsync("The order holds: nobody behind you was called before you.");
        await Expect(visitor.Page.Locator("#mine")).ToHaveTextAsync("4");
        await Expect(visitor.Page.Locator("#rank")).ToHaveTextAsync($"{new PublicRanks(order).Of(new Place(order.Epoch, 4))}");
        await visitor.FindsNoBarrierAsync();
        visitor.HasSeenNoError();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_invitation_leaves_the_address_at_once_and_a_reload_and_another_language_join_by_it(bool remembers)
    {
        await using var visitor = await PageVisitor.ComesAsync();
        if (!remembers)
        {
            await visitor.Context.AddInitScriptAsync(
                "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('none', 'SecurityError'); } });");
        }
        // Only who is invited has a place here.
        var sale = await visitor.System.SaleAsync(new
        {
            inventory = 5,
            price = new { amount = 100, currency = "usd" },
            identity = "storefront",
            paused = true,
        });
        var answers = false;
        await visitor.Page.RouteAsync("**/ticket", route => answers ? route.ContinueAsync() : route.AbortAsync());
        await visitor.JoinsAsync(sale, "ada@example.com");
        await ShowsNoInvitationAsync("en");
        await visitor.Page.ReloadAsync();
        await ShowsNoInvitationAsync("en");
        await visitor.Page.ClickAsync("text=Deutsch");
        await ShowsNoInvitationAsync("de");
        await visitor.Page.ReloadAsync();
        await ShowsNoInvitationAsync("de");

        answers = true;
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("1");
        await visitor.Page.ClickAsync("text=English");
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("1");
        await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await Expect(visitor.Page).Not.ToHaveURLAsync(new Regex("enqueueToken"));
        Assert.Contains("returnUrl=", visitor.Page.Url, StringComparison.Ordinal);
        visitor.HasSeenNoError();

        async Task ShowsNoInvitationAsync(string language)
        {
            await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", language);
            await Expect(visitor.Page.Locator("#trouble")).ToBeVisibleAsync();
            await Expect(visitor.Page).Not.ToHaveURLAsync(new Regex("enqueueToken"));
            await Expect(visitor.Page.Locator("a[href*=enqueueToken]")).ToHaveCountAsync(0);
        }
    }

    [Fact]
    public async Task Who_has_let_a_link_replace_the_place_joins_again_as_whom_the_link_was_for()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync(new
        {
            inventory = 5,
            price = new { amount = 100, currency = "usd" },
            identity = "storefront",
            paused = true,
        });
        await visitor.JoinsAsync(sale, "ada@example.com");
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("1");
        await visitor.JoinsAsync(sale, "bob@example.com");
        await visitor.Page.ClickAsync("button[value=replace]");
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("2");
        await visitor.Page.ClickAsync("#leave summary");
        await visitor.Page.ClickAsync("#leavenow");

        var joining = visitor.Page.WaitForRequestAsync(request => request.Method == "POST" && request.Url.EndsWith("/ticket", StringComparison.Ordinal));
        await visitor.Page.ClickAsync("#go");

        Assert.DoesNotContain("enqueueToken", (await joining).PostData, StringComparison.Ordinal);
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("3");
    }

    [Theory]
    [InlineData("en"), InlineData("de"), InlineData("ja"), InlineData("ar")]
    public async Task A_browser_that_keeps_no_cookies_is_told_what_to_do(string language)
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await PausedSaleAsync(visitor);
        await visitor.Page.GotoAsync(Line(sale) + $"&lang={language}&cookies=1");
        await Expect(visitor.Page.Locator("h1")).ToContainTextAsync(language == "ja" ? "Cookie" : language == "ar" ? "ملفات" : "ookies");
        await visitor.FindsNoBarrierAsync();
        await visitor.Page.ClickAsync("main .button");
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("1");
    }

    /// <summary>What the edge answers about a place, whatever the sale is really doing.</summary>
    private static async Task AnswersAsync(PageVisitor visitor, Func<object?> place) =>
        await visitor.Page.RouteAsync("**/ticket", route => place() is { } told
            ? route.FulfillAsync(new() { ContentType = "application/json", Body = JsonSerializer.Serialize(told, Wire.Json) })
            : route.AbortAsync());

    private static object Place(
        string sale, long ahead, int available, int inCarts, string saleState = "open", string outlook = "possible",
        int? lowSeconds = 60, int? highSeconds = null, int nextPollMs = 50, string state = "waiting") => new
        {
            sale,
            ticket = "a-ticket",
            state,
            number = 99,
            ahead,
            eta = lowSeconds is { } low ? new { lowSeconds = low, highSeconds = highSeconds ?? low * 3 } : null,
            outlook,
            admittedPerMinute = 12,
            units = new { total = 200, available, inCarts, sold = 200 - available - inCarts },
            saleState,
            startsAt = "2026-01-01T00:00:00.000Z",
            serverTime = Wire.Format(TimeProvider.System.GetUtcNow()),
            nextPollMs,
        };

    [Theory]
    [InlineData("open", 40, 0, 7, "unlikely", "Probably too late", "Probably too late")]
    [InlineData("open", 7, 0, 7, "unlikely", "Probably too late", "Probably too late")]
    [InlineData("open", 6, 0, 7, "returnsOnly", "You are in line", "6 ahead")]
    [InlineData("open", 120, 100, 0, "possible", "You are in line", "120 ahead")]
    [InlineData("open", 10, 2, 20, "possible", "You are in line", "10 ahead")]
    [InlineData("open", 0, 0, 7, "returnsOnly", "You are next", "You are next")]
    [InlineData("paused", 0, 3, 7, "likely", "The sale is paused", "The sale is paused")]
    [InlineData("paused", 40, 0, 7, "unlikely", "The sale is paused", "The sale is paused")]
    public async Task One_headline_says_how_it_stands(
        string saleState, long ahead, int available, int inCarts, string outlook, string headline, string tab)
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        await AnswersAsync(visitor, () => Place(sale, ahead, available, inCarts, saleState, outlook));

        await visitor.Page.GotoAsync(Line(sale));

        await visitor.SeesAsync(headline);
        await Expect(visitor.Page).ToHaveTitleAsync(new Regex($"^{tab} · "));
        await Expect(visitor.Page.Locator("#say")).ToContainTextAsync(headline);
        await Expect(visitor.Page.Locator("#pace")).ToHaveTextAsync("Admitted per minute: 12");
    }

    [Fact]
    public async Task An_estimate_that_grows_is_seen_to_grow_and_one_that_falls_has_fallen()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        var (polls, state) = (0, "waiting");
        var (lowSeconds, highSeconds) = ((int?)120, (int?)null);
        await AnswersAsync(visitor, () =>
        {
            polls++;
            // Who has left is not asked after again before the click.
            return Place(
                sale, 5, 6, 7, lowSeconds: lowSeconds, highSeconds: highSeconds, state: state,
                nextPollMs: state == "left" ? 600_000 : 50);
        });
        await visitor.Page.Clock.InstallAsync();
        await visitor.Page.GotoAsync(Line(sale));
        await Expect(visitor.Page.Locator("#eta")).ToHaveTextAsync("2–6 min");

        // Also when none is known for a moment.
        lowSeconds = null;
        await AsksAsync();
        await Expect(visitor.Page.Locator("#eta")).ToHaveTextAsync("Not known yet");
        lowSeconds = 600;
        await AsksAsync();
        await Expect(visitor.Page.Locator("#eta")).ToHaveTextAsync(new Regex("^[2-4]–([7-9]|1[0-4]) min$"));

        lowSeconds = 60;
        await AsksAsync();
        await Expect(visitor.Page.Locator("#eta")).ToHaveTextAsync("1–3 min");

        // The longest that it may take, alone.
        highSeconds = 1800;
        await AsksAsync();
        await Expect(visitor.Page.Locator("#eta")).ToHaveTextAsync(new Regex("^1–([4-9]|1[0-4]) min$"));

        // Another place, at the end, is another wait.
        state = "left";
        await AsksAsync();
        await visitor.SeesAsync("You left the line");
        (state, lowSeconds, highSeconds) = ("waiting", 1200, null);
        await visitor.Page.ClickAsync("#go");
        await AsksAsync();
        await Expect(visitor.Page.Locator("#eta")).ToHaveTextAsync("20–60 min");

        async Task AsksAsync()
        {
            var before = polls;
            await visitor.Page.Clock.RunForAsync(200);
            await WaitFor.TrueAsync(() => Task.FromResult(polls > before), "it asks again");
        }
    }

    [Fact]
    public async Task When_to_be_back_is_said_by_the_estimate_that_is_shown()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        var (ahead, lowSeconds) = (5, 5);
        await AnswersAsync(visitor, () => Place(sale, ahead, 6, 7, lowSeconds: lowSeconds, nextPollMs: 500));
        await visitor.Page.Clock.InstallAsync();
        await visitor.Page.GotoAsync(Line(sale));
        await Expect(visitor.Page.Locator("#eta")).ToHaveTextAsync("Under 1 min");

        (ahead, lowSeconds) = (6, 100);

        await Expect(visitor.Page.Locator("#ahead")).ToHaveTextAsync("6");
        Assert.Contains("at any moment", await visitor.Page.Locator("#safe").TextContentAsync(), StringComparison.Ordinal);
        await visitor.Page.Clock.FastForwardAsync(60_000);
        await Expect(visitor.Page.Locator("#safe")).ToContainTextAsync("Be back by");
    }

    [Fact]
    public async Task How_old_the_numbers_are_is_said_and_warned_of()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        var answers = true;
        await AnswersAsync(visitor, () => answers ? Place(sale, 5, 6, 7, nextPollMs: 30_000) : null);
        await visitor.Page.Clock.InstallAsync();
        await visitor.Page.GotoAsync(Line(sale));
        await Expect(visitor.Page.Locator("#ahead")).ToHaveTextAsync("5");
        answers = false;

        await visitor.Page.Clock.RunForAsync(12_000);
        await Expect(visitor.Page.Locator("#updated")).ToHaveTextAsync(new Regex("^Updated 00:1[1-9] ago$"));

        await visitor.Page.Clock.RunForAsync(40_000);
        await Expect(visitor.Page.Locator("#updated")).ToHaveTextAsync(
            new Regex("^Not updated for 00:5[0-9]: these numbers are old$"));
        await Expect(visitor.Page.Locator("#updated")).ToHaveAttributeAsync("data-is", "possible");
    }

    [Fact]
    public async Task What_happens_to_few_is_loaded_when_it_does_and_asked_for_again_when_that_fails()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await PausedSaleAsync(visitor);
        var asked = 0;
        await visitor.Page.RouteAsync("**/line/*?view=texts*", route =>
            Interlocked.Increment(ref asked) == 1 ? route.AbortAsync() : route.ContinueAsync());
        await visitor.Page.GotoAsync(Line(sale));
        await visitor.SeesAsync("The sale is paused");
        Assert.Equal(0, asked);

        await visitor.Page.ClickAsync("#leave summary");
        await visitor.Page.ClickAsync("#leavenow");

        await visitor.SeesAsync("You left the line");
        await Expect(visitor.Page.Locator("#go")).ToHaveTextAsync("Join again at the end");
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Units_that_come_back_are_shown()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync(TestSystem.SaleOf(1));
        var other = visitor.System.Shopper(sale);
        await other.JoinsAsync();
        await other.HasAUnitInTheCartAsync();
        await visitor.Page.GotoAsync(Line(sale));
        await Expect(visitor.Page.Locator("#carts")).ToHaveTextAsync("1");

        // The unit shall come back to the line and stay there: the pump has to know of the pause before.
        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = true }, Cancel);
        await WaitFor.TrueAsync(
            () => Task.FromResult(visitor.System.StoppedBecause(sale) == "paused"), "the pump has stopped");

        await other.GiveBackAsync(Cancel);

        await Expect(visitor.Page.Locator("#came")).ToHaveTextAsync("Came back: 1");
    }

    [Fact]
    public async Task The_operators_message_reaches_who_waits()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await PausedSaleAsync(visitor);
        await visitor.Page.GotoAsync(Line(sale));
        await visitor.SeesAsync("The sale is paused");

        await visitor.System.Operators.PatchSaleAsync(sale, new { message = "More phones at noon" }, Cancel);

        await Expect(visitor.Page.Locator("#notice")).ToContainTextAsync("More phones at noon");
    }

    [Fact]
    public async Task Before_the_start_it_counts_down_and_then_moves_by_itself()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var starts = TimeProvider.System.GetUtcNow().AddSeconds(10);
        var sale = await visitor.System.SaleAsync(new
        {
            name = "A phone",
            inventory = 3,
            price = new { amount = 99_900, currency = "usd" },
            queueOpensAt = starts.AddMinutes(-1),
            startsAt = starts,
        });

        await visitor.Page.GotoAsync(Line(sale));
        await visitor.SeesAsync("You are in early");
        await Expect(visitor.Page.Locator("#clocktime")).ToHaveTextAsync(new Regex(@"^00:\d\d$"));
        await visitor.FindsNoBarrierAsync();

        await Expect(visitor.Page.Locator("[data-state=held] #paybutton")).ToBeEnabledAsync();
    }

    [Fact]
    public async Task A_lost_connection_is_said_and_recovers_by_itself()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await PausedSaleAsync(visitor);
        await visitor.Page.GotoAsync(Line(sale));
        await visitor.SeesAsync("The sale is paused");

        await visitor.Context.SetOfflineAsync(true);
        await Expect(visitor.Page.Locator("#trouble")).ToContainTextAsync("Your place is kept");
        await visitor.FindsNoBarrierAsync();
        await visitor.Context.SetOfflineAsync(false);

        await Expect(visitor.Page.Locator("#trouble")).ToBeHiddenAsync();
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("1");
    }

    [Fact]
    public async Task Leaving_asks_first_and_gives_the_place_up()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await PausedSaleAsync(visitor);
        await visitor.Page.GotoAsync(Line(sale));
        await visitor.SeesAsync("The sale is paused");

        await visitor.Page.ClickAsync("#leave summary");
        await visitor.Page.ClickAsync("#leavenow");
        await visitor.SeesAsync("You left the line");
        await visitor.Page.ClickAsync("#go");

        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("2");
    }

    [Fact]
    public async Task Without_script_the_line_is_a_form_that_works()
    {
        await using var visitor = await PageVisitor.ComesAsync(new BrowserNewContextOptions { JavaScriptEnabled = false });
        var sale = await PausedSaleAsync(visitor);
        await visitor.Page.GotoAsync(Line(sale));
        await Expect(visitor.Page.Locator("#ahead")).ToBeHiddenAsync();

        await visitor.Page.ClickAsync("button[value=check]");
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("The sale is paused");
        await visitor.Page.ClickAsync("button[value=check]");
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("The sale is paused");
        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = false }, Cancel);

        await WaitFor.TrueAsync(async () =>
        {
            await visitor.Page.Locator("button[value=check]").ClickAsync();
            return new Uri(visitor.Page.Url).AbsolutePath == $"/shop/{sale}/cart";
        }, "the form leads to the cart");
    }
}
