using System.ComponentModel.DataAnnotations;

using FlashSale.Contract;
using FlashSale.Gateway.Called;
using FlashSale.Gateway.Called.ByMail;
using FlashSale.Queue;

using MailKit.Security;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>How the mail server is spoken to, and how an address is kept.</summary>
public sealed class MailOptionsTests
{
    [Theory]
    [InlineData("mail.example", 587, SecureSocketOptions.StartTls)]
    [InlineData("mail.example", 25, SecureSocketOptions.StartTls)]
    [InlineData("mail.example", 465, SecureSocketOptions.SslOnConnect)]
    [InlineData("10.0.0.1", 25, SecureSocketOptions.StartTls)]
    [InlineData("localhost.example", 25, SecureSocketOptions.StartTls)]
    [InlineData("127.0.0.1", 25, SecureSocketOptions.StartTlsWhenAvailable)]
    [InlineData("localhost", 465, SecureSocketOptions.SslOnConnect)]
    public void Without_TLS_only_a_server_on_this_machine_is_sent_to(string host, int port, SecureSocketOptions expected) =>
        Assert.Equal(expected, new MailOptions { Host = host, Port = port }.Tls);

    [Theory]
    [InlineData("mail.example", null, null, null, "From")]
    [InlineData("mail.example", "nobody", null, null, "From")]
    [InlineData("mail.example", "a@b.example", "user", null, "Password")]
    [InlineData("mail example", "a@b.example", null, null, "Host")]
    public void What_is_set_wrong_is_named(string host, string? from, string? user, string? password, string key)
    {
        var options = new MailOptions { Host = host, From = from, User = user, Password = password };
        var wrong = Assert.Single(options.Validate(new ValidationContext(options)));
        Assert.Contains($"Called:Mail:{key}", wrong.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_sealed_of_the_longest_address_fits_and_a_return_URL_goes_first_where_it_does_not()
    {
        var seal = new SubscriptionSeal("k1:" + Convert.ToBase64String(new byte[32]));
        Assert.True(SaleId.TryParse("xphone", out var sale));
        var place = new Place(7, 1);
        var random = new Random(1);
        string Letters(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('a' + random.Next(26))));
        Assert.True(ShopperId.TryParse(Letters(40), out var shopper));
        var address = $"{Letters(64)}@{Letters(60)}.{Letters(60)}.{Letters(60)}.de";
        Assert.True(MailRecipient.IsAddress(address));
        var to = new MailRecipient(address, "ja", shopper, $"https://shop.example/{Letters(500)}");

        var bytes = seal.Seal(sale, place, to, SendRoom.Mail);

        Assert.InRange(bytes!.Length, 1, SubscriptionSeal.MaxBytes);
        Assert.Equal(to with { ReturnUrl = null }, seal.Open(sale, place, bytes));
        Assert.Null(seal.Open(sale, new Place(7, 2), bytes));
        var near = to with { Address = "a@mail.example", ReturnUrl = "/shop/cart?x=1" };
        Assert.Equal(near, seal.Open(sale, place, seal.Seal(sale, place, near, SendRoom.Mail)));
    }
}
