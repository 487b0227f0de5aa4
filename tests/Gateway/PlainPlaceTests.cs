using FlashSale.Contract;
using FlashSale.Gateway.Pages;
using FlashSale.Pages;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>What the page without script says of a place.</summary>
public sealed class PlainPlaceTests
{
    private const string Kept = "your place is kept";

    private static readonly DateTimeOffset s_now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly WaitingPlace s_place = new()
    {
        State = "waiting",
        SaleState = "open",
        Number = 7,
        Ahead = 3,
        Outlook = "likely",
        Available = 5,
        InCarts = 1,
        Sold = 4,
        NextPollMs = 1000,
    };

    [Fact]
    public void A_turn_says_how_long_it_lasts_and_not_that_the_place_is_kept()
    {
        var page = Page(s_place with { State = "admitted", RedeemBy = s_now.AddSeconds(272.9) });
        Assert.Contains("4:32", page, StringComparison.Ordinal);
        Assert.Contains("12:04:32 (UTC)", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Kept, page, StringComparison.Ordinal);
        Assert.Contains("0:00", Page(s_place with { State = "admitted", RedeemBy = s_now.AddSeconds(-1) }), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_waits_is_told_that_the_place_is_kept() => Assert.Contains(Kept, Page(s_place), StringComparison.Ordinal);

    [Theory]
    [InlineData(59, "0:59")]
    [InlineData(3600, "1:00:00")]
    [InlineData(26 * 3600 + 61, "1 d 2:01:01")]
    public void Who_is_early_is_told_how_long_it_is_to_the_start_wherever_they_are(int seconds, string left) =>
        Assert.Contains(left, Page(s_place with { State = "prequeue" }, s_now.AddSeconds(seconds)), StringComparison.Ordinal);

    [Theory]
    [InlineData(false, "check")]
    [InlineData(true, "join")]
    public void A_reservation_that_has_ended_is_no_dead_end(bool hasEnded, string action) =>
        Assert.Contains(
            $"name=\"action\" value=\"{action}\"", Page(s_place with { State = "redeemed", HasEnded = hasEnded }),
            StringComparison.Ordinal);

    /// <summary>Whatever the numbers are: the headline and the chances are of one opinion.</summary>
    [Theory]
    [InlineData(120, 100, 0, "possible", "You are in line")]
    [InlineData(10, 2, 20, "possible", "You are in line")]
    [InlineData(6, 0, 7, "returnsOnly", "You are in line")]
    [InlineData(7, 0, 7, "unlikely", "Probably too late")]
    [InlineData(0, 0, 7, "returnsOnly", "You are next")]
    public void It_is_too_late_for_whom_a_unit_is_unlikely(
        long ahead, int available, int inCarts, string outlook, string title)
    {
        var place = s_place with { Ahead = ahead, Available = available, InCarts = inCarts, Outlook = outlook };
        Assert.Equal(title, Plain(place).Title);
    }

    /// <summary>In the words of the page with script.</summary>
    [Theory]
    [InlineData(0, 9, "Any moment")]
    [InlineData(30, 60, "About 1 min")]
    [InlineData(60, 5399, "1–90 min")]
    [InlineData(5400, 10800, "1–3 h")]
    [InlineData(7200, 10801, "2–4 h")]
    public void A_wait_is_said_in_minutes_or_hours_and_not_as_a_span_of_nothing(int low, int high, string wait) =>
        Assert.Contains($">{wait}<", Page(s_place with { EtaLowSeconds = low, EtaHighSeconds = high }), StringComparison.Ordinal);

    private static string Page(WaitingPlace place, DateTimeOffset? startsAt = null) => Plain(place, startsAt).Body(10);

    private static PlainPlace Plain(WaitingPlace place, DateTimeOffset? startsAt = null)
    {
        var model = new WaitingPageModel
        {
            Sale = new Sale
            {
                Id = SaleId.Parse("plain"),
                Name = "Plain",
                Inventory = 10,
                MaxUnit = 10,
                Price = new Money(1000, "eur"),
                Storefront = StorefrontId.Parse("demo"),
                QueueOpensAt = s_now.AddDays(-1),
                StartsAt = startsAt ?? s_now,
                Seed = "",
            },
            ReturnUrl = "/",
            Now = s_now,
            Place = place,
        };
        return new PlainPlace(model, place, Language.English, PageTexts.For(Language.English, null));
    }
}
