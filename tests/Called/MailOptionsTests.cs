using System.ComponentModel.DataAnnotations;

using FlashSale.Gateway.Called.ByMail;

using MailKit.Security;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>How the mail server is spoken to.</summary>
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
}
