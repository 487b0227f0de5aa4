using System.Text;

using CsCheck;

using FlashSale.Contract;
using FlashSale.Gateway.Tickets;
using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Gateway;

public sealed class PlaceViewTests
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Sale s_sale = new()
    {
        Id = SaleId.Parse("x"),
        Name = "X",
        Inventory = 100,
        MaxUnit = 100,
        Price = new Money(1, "usd"),
        Storefront = StorefrontId.Parse("demo"),
        QueueOpensAt = s_start.AddHours(-1),
        StartsAt = s_start,
        EndsAt = s_start.AddHours(1),
        Seed = "",
    };
    private static readonly LineBoard s_board = new() { Epoch = 1, Next = 500, Head = 0, Waiting = 500, Available = 100 };

    [Theory]
    [InlineData(-61, PublicSaleState.Scheduled)]
    [InlineData(-60, PublicSaleState.Prequeue)]
    [InlineData(-1, PublicSaleState.Prequeue)]
    [InlineData(0, PublicSaleState.Open)]
    [InlineData(59, PublicSaleState.Open)]
    [InlineData(60, PublicSaleState.Ended)]
    public void A_sale_goes_from_scheduled_to_ended_by_the_clock(int minutes, PublicSaleState expected) =>
        Assert.Equal(expected, PublicSaleStates.Of(s_sale, s_board, s_start.AddMinutes(minutes)));

    [Fact]
    public void A_sale_is_paused_only_while_it_would_be_open()
    {
        var paused = s_sale with { Paused = true };
        Assert.Equal(PublicSaleState.Paused, PublicSaleStates.Of(paused, s_board, s_start));
        Assert.Equal(PublicSaleState.Prequeue, PublicSaleStates.Of(paused, s_board, s_start.AddMinutes(-1)));
        Assert.Equal(PublicSaleState.Ended, PublicSaleStates.Of(paused, s_board, s_start.AddMinutes(60)));
    }

    [Fact]
    public void A_line_that_holds_still_without_its_ledger_is_told_as_a_pause()
    {
        var still = s_board with { StoppedBecause = LineBoard.LedgerGone };
        Assert.Equal(PublicSaleState.Paused, PublicSaleStates.Of(s_sale, still, s_start));
        Assert.Equal(PublicSaleState.Prequeue, PublicSaleStates.Of(s_sale, still, s_start.AddMinutes(-1)));
        Assert.Equal(PublicSaleState.Open, PublicSaleStates.Of(s_sale, still with { StoppedBecause = "starting" }, s_start));
    }

    [Fact]
    public void A_sale_is_sold_out_when_every_unit_is_sold_and_stays_so()
    {
        var sold = s_board with { Sold = 100, Available = 0 };
        Assert.Equal(PublicSaleState.SoldOut, PublicSaleStates.Of(s_sale, sold, s_start));
        Assert.Equal(PublicSaleState.SoldOut, PublicSaleStates.Of(s_sale, sold, s_start.AddMinutes(60)));
        Assert.Equal(PublicSaleState.Open, PublicSaleStates.Of(s_sale, sold with { Sold = 99 }, s_start));
    }

    [Theory]
    [InlineData(PlaceState.Waiting, 0, 0, PlaceWord.Waiting)]
    [InlineData(PlaceState.Waiting, -1, 0, PlaceWord.Prequeue)]
    [InlineData(PlaceState.Waiting, 0, 100, PlaceWord.SoldOut)]
    [InlineData(PlaceState.Waiting, 60, 0, PlaceWord.Ended)]
    [InlineData(PlaceState.Admitted, 0, 0, PlaceWord.Admitted)]
    [InlineData(PlaceState.Admitted, 60, 0, PlaceWord.Ended)]
    [InlineData(PlaceState.Missed, 0, 0, PlaceWord.Missed)]
    [InlineData(PlaceState.Missed, 0, 100, PlaceWord.SoldOut)]
    [InlineData(PlaceState.Left, 0, 100, PlaceWord.Left)]
    [InlineData(PlaceState.Redeemed, 60, 100, PlaceWord.Redeemed)]
    [InlineData(PlaceState.Bought, 60, 100, PlaceWord.Redeemed)]
    [InlineData(PlaceState.Released, 0, 0, PlaceWord.Redeemed)]
    [InlineData(PlaceState.Released, 0, 100, PlaceWord.SoldOut)]
    public void A_place_shares_the_end_of_its_sale_unless_it_came_to_something(
        PlaceState state, int minutes, int sold, PlaceWord expected)
    {
        var board = s_board with { Sold = sold, Available = 100 - sold };
        var view = PlaceView.Of(s_sale, 7, new PlaceStatus(state, 7, 6, 99), board, s_start.AddMinutes(minutes));
        Assert.Equal(expected, view.State);
        Assert.Equal(expected == PlaceWord.Admitted ? 99 : 0, view.RedeemBy);
    }

    [Fact]
    public void Before_a_shuffle_nobody_is_told_a_place()
    {
        var shuffle = s_sale with { Order = LineOrder.Shuffle };
        var status = new PlaceStatus(PlaceState.Waiting, 7, 6, 0);
        Assert.Equal(-1, PlaceView.Of(shuffle, 7, status, s_board, s_start.AddMinutes(-1)).Ahead);
        Assert.Equal(6, PlaceView.Of(shuffle, 7, status, s_board, s_start).Ahead);
    }

    [Theory]
    [InlineData(100, 0, 0, 99, Outlook.Likely)]
    [InlineData(100, 0, 0, 100, Outlook.Possible)]
    [InlineData(100, 0, 0, 142, Outlook.Possible)]
    [InlineData(100, 0, 0, 120, Outlook.Possible)]
    [InlineData(100, 0, 0, 143, Outlook.Unlikely)]
    [InlineData(10, 80, 10, 89, Outlook.Possible)]
    [InlineData(10, 80, 10, 90, Outlook.Unlikely)]
    [InlineData(2, 20, 78, 10, Outlook.Possible)]
    [InlineData(2, 20, 78, 22, Outlook.Unlikely)]
    [InlineData(0, 1, 99, 0, Outlook.ReturnsOnly)]
    [InlineData(0, 7, 93, 6, Outlook.ReturnsOnly)]
    [InlineData(0, 7, 93, 7, Outlook.Unlikely)]
    public void The_outlook_compares_who_is_ahead_with_what_is_left(
        int available, int inCarts, int sold, long ahead, Outlook expected) =>
        Assert.Equal(expected, Outlooks.Of(PublicSaleState.Open, new Units(100, available, inCarts, sold), ahead, 0));

    [Fact]
    public void Nobody_is_told_that_it_is_unlikely_while_more_units_are_left_than_people_are_ahead() =>
        Gen.Select(Gen.Int[0, 100], Gen.Int[0, 100], Gen.Int[0, 300]).Sample((available, inCarts, ahead) =>
        {
            var units = new Units(200, available, inCarts, 200 - available - inCarts);
            if (Outlooks.Of(PublicSaleState.Open, units, ahead, 0) is Outlook.Unlikely)
                Assert.True(ahead >= available + inCarts, $"{ahead} ahead, {available} free, {inCarts} in carts");
        });

    [Fact]
    public void Nobody_is_given_hope_when_all_is_sold() =>
        Assert.Equal(Outlook.None, Outlooks.Of(PublicSaleState.SoldOut, new Units(100, 0, 0, 100), 0, 0));

    [Fact]
    public void A_wait_is_estimated_only_when_something_is_known_of_it()
    {
        var stock = new Units(100, 100, 0, 0);
        var sale = s_sale with { AdmitPerSecond = 10 };
        Assert.Equal(new Eta(0, 1), Eta.Of(PublicSaleState.Open, stock, 0, sale, 0, 0));
        Assert.Equal(new Eta(65, 71), Eta.Of(PublicSaleState.Prequeue, stock, 50, sale, 0, 60));
        Assert.Null(Eta.Of(PublicSaleState.Open, stock, 100, sale, 10, 0));
        Assert.Null(Eta.Of(PublicSaleState.Paused, stock, 1, sale, 1, 0));
        Assert.Null(Eta.Of(PublicSaleState.Open, stock, -1, sale, 1, 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void A_wait_for_carts_that_come_back_is_told_by_the_carts_and_not_by_how_fast_the_free_units_went(double measured)
    {
        var sale = s_sale with { ClaimSeconds = 100, PaySeconds = 300 };
        var carts = new Units(100, 0, 80, 20);
        Assert.Equal(new Eta(100, 301), Eta.Of(PublicSaleState.Open, carts, 9, sale, measured, 0));
        Assert.Equal(new Eta(200, 601), Eta.Of(PublicSaleState.Open, carts, 19, sale, measured, 0));
        // Of 80 carts a quarter is expected back: who is behind these is told no time.
        Assert.Null(Eta.Of(PublicSaleState.Open, carts, 20, sale, measured, 0));
    }

    [Fact]
    public void An_estimate_is_a_range_and_grows_with_the_place() =>
        Gen.Select(Gen.Int[0, 500], Gen.Int[0, 100], Gen.Double[0.01, 500], Gen.Int[1, 1000]).Sample((ahead, free, rate, limit) =>
        {
            var units = new Units(100, free, 100 - free, 0);
            var sale = s_sale with { AdmitPerSecond = limit };
            if (Eta.Of(PublicSaleState.Open, units, ahead, sale, rate, 0) is not { } eta) return;
            Assert.InRange(eta.LowSeconds, 0, eta.HighSeconds);
            if (Eta.Of(PublicSaleState.Open, units, ahead + 1, sale, rate, 0) is { } next)
                Assert.True(next.LowSeconds >= eta.LowSeconds && next.HighSeconds >= eta.HighSeconds);
        });

    [Fact]
    public void Units_always_add_up() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[0, 200], Gen.Int[0, 200]).Sample((inventory, available, sold) =>
        {
            var units = Units.Of(s_sale with { Inventory = inventory }, s_board with { Available = available, Sold = sold });
            Assert.Equal(units.Total, units.Available + units.InCarts + units.Sold);
            Assert.True(units is { Available: >= 0, InCarts: >= 0, Sold: >= 0 });
        });

    [Fact]
    public void A_time_written_by_hand_is_the_contracts() =>
        Gen.DateTimeOffset.Sample(time =>
        {
            var text = new Utf8Text(new byte[64]);
            text.Time(time);
            Assert.Equal($"\"{Wire.Format(time)}\"", Encoding.ASCII.GetString(text.Written));
        });
}
