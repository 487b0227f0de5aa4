using FlashSale.Contract;
using FlashSale.Gateway.Called;
using FlashSale.Gateway.Called.ByMail;
using FlashSale.Gateway.Catalog;
using FlashSale.LoadTest.Clients;
using FlashSale.Local.Processes;
using FlashSale.Queue;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

using SmtpServer.Protocol;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>
/// The mail that asks whether an address is the shopper's: it outlasts a mail server that takes nothing for a while, and what
/// is not sent is not counted.
/// </summary>
public sealed class ConfirmationsTests(CalledSystem called) : IClassFixture<CalledSystem>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IServiceProvider Edge => called.System.Service("gateway").Services;

    private Task<(int Status, string? Code)> PutAsync(string sale, Shopper shopper, string address) =>
        called.SendAsync(HttpMethod.Put, sale, shopper, new { address }, way: "mail");

    private async Task<(string Sale, Shopper Shopper, string Address)> ShopperAsync()
    {
        var sale = await called.PausedSaleAsync();
        var shopper = called.System.Shopper(sale);
        await shopper.JoinsAsync();
        return (sale, shopper, $"{Unique.Name("shopper")}@mail.example");
    }

    private Ticket TicketOf(string sale, Shopper shopper)
    {
        Assert.True(Edge.GetRequiredService<TicketSigner>().TryVerify(SaleId.Parse(sale), shopper.Ticket, out var ticket));
        return ticket;
    }

    [Fact]
    public async Task A_mail_that_the_server_takes_only_later_is_sent_then()
    {
        var (sale, shopper, address) = await ShopperAsync();
        called.Mail.Refuses[address] = SmtpReplyCode.InsufficientStorage;
        Assert.Equal((202, null), await PutAsync(sale, shopper, address));
        await WaitFor.TrueAsync(() => called.Mail.Refused.Count(one => one == address) > 1, "it was tried twice");

        called.Mail.Refuses.TryRemove(address, out _);

        var mail = await called.Mail.NextAsync(address);
        using var clicked = await new LinkOpener(called.System.Edge).ClickAsync(mail.Link);
        Assert.Equal(200, (int)clicked.StatusCode);
        Assert.Single(await called.KeptAsync(sale));
        Assert.Single(called.Mail.To(address));
    }

    [Fact]
    public async Task What_there_is_no_room_for_is_not_counted()
    {
        var (sale, shopper, address) = await ShopperAsync();
        var confirmations = Edge.GetRequiredService<Confirmations>();
        var taken = 0;
        await WaitFor.TrueAsync(() =>
        {
            while (confirmations.TryReserve()) taken++;
            return taken == Confirmations.MaxWaiting;
        }, "nothing else is under way");
        for (var i = 0; i < 6; i++) Assert.Equal((503, "unavailable"), await PutAsync(sale, shopper, address));
        for (; taken > 0; taken--) confirmations.Release();

        for (var i = 0; i < 3; i++) Assert.Equal((202, null), await PutAsync(sale, shopper, address));
        Assert.Equal((429, "slowDown"), await PutAsync(sale, shopper, address));
    }

    [Fact]
    public async Task What_no_server_took_in_the_end_is_not_counted_and_leaves_its_room()
    {
        var (sale, shopper, address) = await ShopperAsync();
        var (ticket, limits) = (TicketOf(sale, shopper), Edge.GetRequiredService<MailLimits>());
        for (var i = 0; i < 3; i++) Assert.True(await limits.TakeAsync(new DefaultHttpContext(), ticket, address));
        var clock = new FakeTimeProvider();
        var nobody = Options.Create(new MailOptions { Host = "127.0.0.1", Port = FreePort.Next() });
        using var server = new MailServer(
            nobody, Options.Create(new CalledOptions()), clock, NullLogger<MailServer>.Instance);
        using var confirmations = new Confirmations(
            server, Edge.GetRequiredService<MailWriter>(), limits, clock, nobody, NullLogger<Confirmations>.Instance);
        var to = new MailRecipient(address, "en", ticket.Shopper, null);
        var how = Edge.GetRequiredService<SubscriptionSeal>().Seal(ticket.Sale, ticket.Place, to, SendRoom.Mail)!;

        Assert.True(confirmations.TryReserve());
        confirmations.Add(Edge.GetRequiredService<EdgeCatalog>().Find(sale)!.Sale, ticket, to, how);
        await confirmations.StartAsync(Cancel);
        await WaitFor.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            var free = 0;
            while (confirmations.TryReserve()) free++;
            for (var i = 0; i < free; i++) confirmations.Release();
            return free == Confirmations.MaxWaiting;
        }, "it is given up");
        await confirmations.StopAsync(Cancel);

        Assert.True(await limits.TakeAsync(new DefaultHttpContext(), ticket, address));
        Assert.False(await limits.TakeAsync(new DefaultHttpContext(), ticket, address));
    }
}
