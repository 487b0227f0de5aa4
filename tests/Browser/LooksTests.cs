using System.Net.Http.Json;
using System.Text.Json;
using FlashSale.Contract;
using FlashSale.LoadTest.Bench;
using FlashSale.Pages;
using FlashSale.Tests.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace FlashSale.Tests.Browser;

/// <summary>What holds for the pages in every language and on every screen: texts, size, stillness, cost.</summary>
public sealed class LooksTests
{
    /// <summary>Ten kilobytes however one counts them.</summary>
    private const int Budget = 10_000;

    public static TheoryData<string> Languages => [.. Language.All.Select(one => one.Code)];

    [Theory, MemberData(nameof(Languages))]
    public async Task Every_page_fits_a_small_screen_and_the_dark_in_every_language(string language)
    {
        await using var visitor = await PageVisitor.ComesAsync(new BrowserNewContextOptions
        {
            // 320 CSS pixels: also what 640 pixels are at 200 % zoom.
            ViewportSize = new() { Width = 320, Height = 640 },
            Locale = language,
            ColorScheme = ColorScheme.Dark,
            ReducedMotion = ReducedMotion.Reduce,
        });
        var sale = await visitor.System.SaleAsync(TestSystem.SaleOf(5));
        await visitor.System.Operators.PatchSaleAsync(
            sale, new { paused = true }, TestContext.Current.CancellationToken);

        foreach (var path in new[] { $"/shop/{sale}", $"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart", "/admin/" })
        {
            await visitor.Page.GotoAsync(path);
            await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", language);
            await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("dir", language == "ar" ? "rtl" : "ltr");
            if (path.StartsWith("/line", StringComparison.Ordinal))
                await Expect(visitor.Page.Locator("#number")).Not.ToHaveTextAsync("–");
            await visitor.FindsNoBarrierAsync();
        }

        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task The_switch_changes_the_language_and_keeps_the_way_back()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync(TestSystem.SaleOf(5));
        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = true }, TestContext.Current.CancellationToken);
        await visitor.Page.GotoAsync($"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart");
        await visitor.SeesAsync("The sale is paused");

        await visitor.Page.ClickAsync("text=Deutsch");

        await visitor.SeesAsync("Der Verkauf macht eine Pause");
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("1");
        Assert.Contains("returnUrl=", visitor.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Back_leads_to_the_page_before_and_not_to_another_language()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync(TestSystem.SaleOf(5));
        await visitor.Page.GotoAsync($"/shop/{sale}");
        await visitor.Page.GotoAsync($"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart");
        await visitor.SeesAsync("It is in your cart");
        await visitor.Page.ClickAsync("text=Deutsch");
        await visitor.SeesAsync("Es liegt in Ihrem Warenkorb");
        await visitor.Page.ClickAsync("text=العربية");
        await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");

        await visitor.Page.GoBackAsync();

        await Expect(visitor.Page).ToHaveURLAsync(new global::System.Text.RegularExpressions.Regex($"/shop/{sale}$"));
    }

    [Fact]
    public async Task A_storefront_sets_its_name_logo_colour_and_texts_without_a_build()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var storefront = Unique.Name("shop");
        await PutStorefrontAsync(visitor.System, storefront, new
        {
            name = "Nordlicht Audio",
            returnOrigins = Array.Empty<string>(),
            enqueueSecret = new string('s', 32),
            look = new
            {
                logo = "data:image/svg+xml;base64," + Convert.ToBase64String(
                    """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>"""u8),
                picture = "data:image/svg+xml;base64," + Convert.ToBase64String(
                    """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9H0z"/></svg>"""u8),
                accent = "#0b5fa5",
                accentDark = "#7cc0ff",
                homeUrl = "/shop",
                texts = new { en = new Dictionary<string, string> { ["live.paused"] = "The stage is being set" } },
            },
        });
        var sale = await visitor.System.SaleAsync(new
        {
            name = "A turntable",
            inventory = 5,
            price = new { amount = 50_000, currency = "eur" },
            storefront,
            paused = true,
        });

        await visitor.Page.GotoAsync($"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart");

        await visitor.SeesAsync("The stage is being set");
        await Expect(visitor.Page.Locator(".brand")).ToHaveTextAsync("Nordlicht Audio");
        await Expect(visitor.Page.Locator(".brand img")).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator(".sale img")).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("#price")).ToHaveTextAsync("€500.00");
        Assert.Equal("rgb(11, 95, 165)", await visitor.Page.Locator("#fill").EvaluateAsync<string>(
            "e => getComputedStyle(e).backgroundColor"));
        await visitor.FindsNoBarrierAsync();
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task A_look_that_could_not_be_read_or_loads_from_elsewhere_is_refused()
    {
        var system = await TestSystem.SharedAsync();
        var answer = await SendStorefrontAsync(system, Unique.Name("shop"), new
        {
            name = "A shop",
            enqueueSecret = new string('s', 32),
            look = new { accent = "#ffff00", logo = "https://elsewhere.example/logo.svg", picture = "//elsewhere.example/phone.svg" },
        });

        Assert.Equal(400, (int)answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Contains("look.accent", text, StringComparison.Ordinal);
        Assert.Contains("look.logo", text, StringComparison.Ordinal);
        Assert.Contains("look.picture", text, StringComparison.Ordinal);
    }

    private static async Task PutStorefrontAsync(TestSystem system, string id, object settings) =>
        (await SendStorefrontAsync(system, id, settings)).EnsureSuccessStatusCode();

    private static async Task<HttpResponseMessage> SendStorefrontAsync(TestSystem system, string id, object settings)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/admin/storefronts/{id}")
        {
            Content = JsonContent.Create(settings, options: Wire.Json),
        };
        request.Headers.Authorization = new("Bearer", system.Secrets.AdminKey);
        return await system.Edge.SendAsync(request);
    }

    /// <summary>As CLDR writes it for who speaks the language; the currency's letters isolated where it runs the other way.</summary>
    [Theory]
    [InlineData("en", "$999.00")]
    [InlineData("de", "999,00\u00a0$")]
    [InlineData("ja", "$999.00")]
    [InlineData("ar", "\u200f999.00\u00a0\u2068US$\u2069")]
    [InlineData("en", "\u00a599,900", "jpy")]
    [InlineData("en", "KWD\u00a099.900", "kwd")]
    public async Task A_price_is_written_as_the_language_writes_it(string language, string written, string currency = "usd")
    {
        await using var visitor = await PageVisitor.ComesAsync(new BrowserNewContextOptions { Locale = language });
        var sale = await visitor.System.SaleAsync(TestSystem.SaleOf(5));
        var settings = new { paused = true, price = new { amount = 99_900, currency } };
        await visitor.System.Operators.PatchSaleAsync(sale, settings, TestContext.Current.CancellationToken);
        foreach (var page in new[] { $"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart", $"/shop/{sale}" })
        {
            // A page has the price that its server knew when it was loaded.
            await WaitFor.TrueAsync(
                async () =>
                {
                    await visitor.Page.GotoAsync(page);
                    return await visitor.Page.Locator("#price:not(:empty)").TextContentAsync() == written;
                },
                $"the price is {written} on {page}");
        }
    }

    // What is seen, from left to right.
    private const string Seen =
        """
        e => {
          const text = e.firstChild, range = document.createRange(), seen = [];
          for (let i = 0; i < text.length; i++) {
            range.setStart(text, i); range.setEnd(text, i + 1);
            const { left, width } = range.getBoundingClientRect();
            if (width) seen.push([left, text.data[i]]);
          }
          return seen.sort((a, b) => a[0] - b[0]).map(one => one[1]).join('').replace('\xa0', ' ');
        }
        """;

    [Theory]
    [InlineData(true, "US$ 999.00")]
    [InlineData(false, "USD 999.00")]
    public async Task A_price_among_text_from_right_to_left_reads_as_one_piece(bool runsScripts, string seen)
    {
        await using var visitor = await PageVisitor.ComesAsync(new BrowserNewContextOptions
        {
            Locale = "ar",
            JavaScriptEnabled = runsScripts,
        });
        var sale = await visitor.System.SaleAsync(TestSystem.SaleOf(5));
        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = true }, TestContext.Current.CancellationToken);
        foreach (var page in new[] { $"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart", $"/shop/{sale}" })
        {
            await visitor.Page.GotoAsync(page);
            await WaitFor.TrueAsync(
                async () => await visitor.Page.Locator("#price").EvaluateAsync<string>(Seen) == seen, $"{seen} is seen at {page}");
        }
    }

    private const string InView =
        """
        s => { const r = document.querySelector(s).getBoundingClientRect(); return r.height > 0 && r.top >= 0 && r.bottom <= innerHeight; }
        """;

    [Fact]
    public async Task On_a_phone_being_noticed_the_time_left_and_the_way_to_pay_are_in_view()
    {
        await using var visitor = await PageVisitor.ComesAsync(new BrowserNewContextOptions
        {
            ViewportSize = new() { Width = 390, Height = 664 },
        });
        var sale = await visitor.System.SaleAsync(TestSystem.SaleOf(5));
        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = true }, TestContext.Current.CancellationToken);
        await visitor.Page.GotoAsync($"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart");
        await visitor.SeesAsync("The sale is paused");
        await Expect(visitor.Page.Locator("#notify")).ToBeInViewportAsync(new() { Ratio = 1 });
        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = false }, TestContext.Current.CancellationToken);
        await Expect(visitor.Page.Locator("[data-state=held] #paybutton")).ToBeEnabledAsync();

        foreach (var to in new[] { 0, 200, 10_000 })
        {
            await visitor.Page.EvaluateAsync("to => scrollTo(0, to)", to);
            await Expect(visitor.Page.Locator("#clock")).ToBeInViewportAsync(new() { Ratio = 1 });
            await WaitFor.TrueAsync(
                async () => await visitor.Page.EvaluateAsync<bool>(InView, "#paybutton") || await visitor.Page.EvaluateAsync<bool>(InView, "#paytop"),
                "there is a way to pay in view");
        }

        await visitor.Page.EvaluateAsync("() => scrollTo(0, 0)");

        await Expect(visitor.Page.Locator("#total")).ToHaveTextAsync("$999.00");
        await visitor.PaysAsync("pm_card_visa");
        await visitor.SeesAsync("It is yours");
        await Expect(visitor.Page.Locator("#next")).ToContainTextAsync("What comes next");
        visitor.HasSeenNoError();
    }

    [Theory, MemberData(nameof(Languages))]
    public async Task The_waiting_page_is_one_document_of_at_most_10_KB_also_in_gzip(string language)
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync();
        // Browsers ask for brotli on https and on localhost; gzip is for what is between them and us.
        foreach (var encoding in new[] { "br", "gzip" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/line/{sale}?lang={language}&returnUrl=%2Fshop%2F{sale}%2Fcart");
            request.Headers.TryAddWithoutValidation("Accept-Encoding", encoding);
            using var answer = await system.Edge.SendAsync(request);
            var body = await answer.Content.ReadAsByteArrayAsync();
            Assert.Equal(encoding, Assert.Single(answer.Content.Headers.ContentEncoding));
            TestContext.Current.TestOutputHelper?.WriteLine($"{language} {encoding}: {body.Length} bytes");
            Assert.InRange(body.Length, 1, Budget);
        }
    }

    [Fact]
    public async Task The_waiting_page_asks_nobody_else_for_anything()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        var asked = new List<string>();
        visitor.Page.Request += (_, request) =>
        {
            // The cart's own guest, the payment provider's script, is for another test.
            if (!visitor.Page.Url.EndsWith("/cart", StringComparison.Ordinal)) asked.Add(request.Url);
        };

        await visitor.GoesToTheCartAsync(sale);

        var origin = visitor.System.Edge.BaseAddress!.ToString();
        Assert.All(asked, url => Assert.True(
            url.StartsWith(origin, StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal)
            || url.StartsWith("blob:", StringComparison.Ordinal), url));
    }

    /// <summary>Five hundred lines, laid out once.</summary>
    private const string ShowAList =
        """
        () => {
          const list = document.createElement('ul');
          for (let i = 0; i < 500; i++) list.append(Object.assign(document.createElement('li'), { textContent: 'line ' + i }));
          document.body.append(list);
          list.getBoundingClientRect();
          list.remove();
        }
        """;

    [Fact]
    public async Task Nothing_moves_while_numbers_update_and_an_update_costs_a_cheap_phone_little()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        var debugger = await visitor.Context.NewCDPSessionAsync(visitor.Page);
        // The main thread's processor time, so that other tests on this machine don't count.
        await debugger.SendAsync("Performance.enable", new() { ["timeDomain"] = "threadTicks" });
        await visitor.Context.AddInitScriptAsync(
            """
            window.moved = [];
            new PerformanceObserver(list => list.getEntries().forEach(e => e.sources.forEach(s =>
              window.moved.push((s.node && (s.node.id || s.node.parentNode && s.node.parentNode.id)) + ' ' + e.value))))
              .observe({ type: 'layout-shift', buffered: true });
            """);
        var poll = 0;
        await visitor.Page.RouteAsync("**/ticket", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = Place(sale, Interlocked.Increment(ref poll)),
        }));
        await visitor.Page.GotoAsync($"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart");
        await Expect(visitor.Page.Locator("#eta")).Not.ToHaveTextAsync("–");
        await visitor.Page.EvaluateAsync("() => window.moved = []");

        var costs = new List<double>();
        for (var update = 0; update < 40; update++)
        {
            var (before, cost) = (poll, await TaskMsAsync(debugger));
            await WaitFor.TrueAsync(() => Task.FromResult(poll > before), "another poll");
            costs.Add(await TaskMsAsync(debugger) - cost);
        }

        Assert.Empty(await visitor.Page.EvaluateAsync<string[]>("() => window.moved"));
        var lists = new List<double>();
        for (var turn = 0; turn < 9; turn++)
        {
            var cost = await TaskMsAsync(debugger);
            await visitor.Page.EvaluateAsync(ShowAList);
            lists.Add(await TaskMsAsync(debugger) - cost);
        }

        var (told, list) = (Rounds.Median(costs), Rounds.Median(lists));
        TestContext.Current.TestOutputHelper?.WriteLine($"main thread: an update {told:0.0} ms, a list {list:0.0} ms");
        await TellThrottledAsync(debugger, () => poll);
        // On the same thread of the same machine: phones scroll through lists of that size all day.
        Assert.InRange(told / list, 0, 1);
    }

    /// <summary>The same on a processor that Chromium slows down six times, by the clock; only told, since others use it too.</summary>
    private static async Task TellThrottledAsync(ICDPSession debugger, Func<int> polls)
    {
        await debugger.SendAsync("Performance.disable");
        await debugger.SendAsync("Performance.enable", new() { ["timeDomain"] = "timeTicks" });
        await debugger.SendAsync("Emulation.setCPUThrottlingRate", new() { ["rate"] = 6 });
        var costs = new List<double>();
        for (var update = 0; update < 20; update++)
        {
            var (before, cost) = (polls(), await TaskMsAsync(debugger));
            await WaitFor.TrueAsync(() => Task.FromResult(polls() > before), "another poll");
            costs.Add(await TaskMsAsync(debugger) - cost);
        }

        await debugger.SendAsync("Emulation.setCPUThrottlingRate", new() { ["rate"] = 1 });
        costs.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"main thread per update, six times slower: median {costs[10]:0.0} ms, most {costs[19]:0.0} ms");
    }

    private static async Task<double> TaskMsAsync(ICDPSession debugger)
    {
        var metrics = await debugger.SendAsync("Performance.getMetrics");
        return metrics!.Value.GetProperty("metrics").EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == "TaskDuration").GetProperty("value").GetDouble() * 1000;
    }

    private static string Place(string sale, int poll) => JsonSerializer.Serialize(new
    {
        sale,
        ticket = "t",
        state = "waiting",
        number = 123_456,
        ahead = 98_765 - (poll * 137),
        eta = new { lowSeconds = 4000 - (poll * 31), highSeconds = 5300 - (poll * 37) },
        outlook = poll % 2 == 0 ? "likely" : "possible",
        units = new { total = 100_000, available = poll % 7 * 111, inCarts = 4000 + (poll * 3), sold = 50_000 + (poll * 101) },
        saleState = "open",
        startsAt = "2026-01-01T00:00:00.000Z",
        serverTime = Wire.Format(TimeProvider.System.GetUtcNow()),
        nextPollMs = 100,
    }, Wire.Json);
}
