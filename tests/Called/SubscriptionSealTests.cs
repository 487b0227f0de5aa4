using System.Security.Cryptography;

using FlashSale.Contract;
using FlashSale.Gateway.Called;
using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>How a shopper is called, as it is kept.</summary>
public sealed class SubscriptionSealTests
{
    private const int Crowd = 20_000;

    private static readonly SaleId s_sale = SaleId.Parse("xphone");
    private static readonly SubscriptionSeal s_seal = new("k1:" + Convert.ToBase64String(new byte[32]));

    [Fact]
    public void A_crowd_that_is_sealed_and_opened_at_once_is_opened_as_it_was_sealed()
    {
        Parallel.For(0, Crowd, n =>
        {
            var (place, browser) = (new Place(1, (uint)n + 1), Browser($"https://push.example/{n}"));
            var sealedUp = s_seal.Seal(s_sale, place, browser, SendRoom.FirstPush)!;
            Assert.Equal(browser.Endpoint, Assert.IsType<Subscription>(s_seal.Open(s_sale, place, sealedUp)).Endpoint);
            Assert.Null(s_seal.Open(s_sale, new Place(2, (uint)n + 1), sealedUp));
        });
    }

    /// <summary>Addresses as long as the services' own are, of characters drawn by chance, which compress as little.</summary>
    [Theory]
    [InlineData("https://fcm.googleapis.com/fcm/send/", 190)]
    [InlineData("https://updates.push.services.mozilla.com/wpush/v2/", 240)]
    [InlineData("https://web.push.apple.com/", 200)]
    [InlineData("https://wns2-par02p.notify.windows.com/w/?token=", 458)]
    public void Every_listed_service_has_addresses_that_can_be_kept(string start, int length)
    {
        var place = new Place(1, 1);
        var browser = Browser(start + new string(new Random(1).GetItems(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".AsSpan(), length - start.Length)));

        var sealedUp = s_seal.Seal(s_sale, place, browser, SendRoom.FirstPush);

        Assert.NotNull(sealedUp);
        Assert.InRange(sealedUp.Length, 1, length < 300 ? SubscriptionSeal.MaxBytes : SubscriptionSeal.MaxPushBytes);
        Assert.Equal(browser.Endpoint, Assert.IsType<Subscription>(s_seal.Open(s_sale, place, sealedUp)).Endpoint);
    }

    private static Subscription Browser(string endpoint) => new(
        endpoint, [Subscription.Mark, .. RandomNumberGenerator.GetBytes(Subscription.KeyBytes - 1)],
        RandomNumberGenerator.GetBytes(Subscription.AuthBytes));
}
