using System.Security.Cryptography;

using FlashSale.Contract;
using FlashSale.Gateway.Called;
using FlashSale.Gateway.Called.ByMail;
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

    [Fact]
    public void What_is_sealed_of_the_longest_address_fits_and_a_return_URL_goes_first_where_it_does_not()
    {
        var place = new Place(7, 1);
        var random = new Random(1);
        string Letters(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('a' + random.Next(26))));
        Assert.True(ShopperId.TryParse(Letters(40), out var shopper));
        var address = $"{Letters(64)}@{Letters(60)}.{Letters(60)}.{Letters(60)}.de";
        Assert.True(MailRecipient.IsAddress(address));
        var to = new MailRecipient(address, "ja", shopper, $"https://shop.example/{Letters(500)}");

        var bytes = s_seal.Seal(s_sale, place, to, SendRoom.Mail);

        Assert.InRange(bytes!.Length, 1, SubscriptionSeal.MaxBytes);
        Assert.Equal(to with { ReturnUrl = null }, s_seal.Open(s_sale, place, bytes));
        Assert.Null(s_seal.Open(s_sale, new Place(7, 2), bytes));
        var near = to with { Address = "a@mail.example", ReturnUrl = "/shop/cart?x=1" };
        Assert.Equal(near, s_seal.Open(s_sale, place, s_seal.Seal(s_sale, place, near, SendRoom.Mail)));
    }

    private static Subscription Browser(string endpoint) => new(
        endpoint, [Subscription.Mark, .. RandomNumberGenerator.GetBytes(Subscription.KeyBytes - 1)],
        RandomNumberGenerator.GetBytes(Subscription.AuthBytes));
}
