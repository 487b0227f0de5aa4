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
        var ask = await SpentAsync();
        await GivenUpAsync(ask, FreePort.Next());
        await CountsNoMoreAsync(ask);
    }

    [Fact]
    public async Task What_is_refused_uses_up_nothing_of_what_may_be_asked_for()
    {
        var ask = await SpentAsync();
        var limits = Edge.GetRequiredService<MailLimits>();
        for (var i = 0; i < 4; i++) Assert.False(await limits.TakeAsync(new DefaultHttpContext(), ask.Ticket, ask.Address));
        Assert.True(await limits.TakeAsync(new DefaultHttpContext(), ask.Ticket, $"another-{ask.Address}"));

        await limits.GiveBackAsync(ask.Ticket, ask.Address);
        await CountsNoMoreAsync(ask);
    }

    /// <summary>More than it comes to in that time: with two at once, and five seconds to each.</summary>
    [Fact]
    public async Task A_mail_server_that_hangs_keeps_nobody_waiting_for_longer_than_five_minutes()
    {
        await using var server = new ScriptedMailServer();
        server.Says[ScriptedMailServer.Greeting] = null;
        var ask = await SpentAsync();
        await GivenUpAsync(ask, server.Port, before: 300);
        Assert.InRange(server.Heard.Count, 1, 100);
        await CountsNoMoreAsync(ask);
    }

    [Fact]
    public async Task A_mail_server_that_takes_nothing_hears_of_two_at_a_time_and_not_of_all_that_wait()
    {
        await using var server = new ScriptedMailServer { Closes = true };
        server.Says[ScriptedMailServer.Greeting] = "421 not now";
        var ask = await SpentAsync();
        await GivenUpAsync(ask, server.Port, before: 300);
        Assert.InRange(server.Heard.Count, 1, 150);
        await CountsNoMoreAsync(ask);
    }

    [Theory]
    [InlineData("RCPT", "450 full", 2, 6)] // After 0, 5, 15, 35, 75 and 155 s.
    [InlineData(ScriptedMailServer.End, "554 spam", 1, 1)]
    public async Task A_mailbox_that_takes_nothing_now_is_tried_ever_less_often_and_what_is_rejected_not_again(
        string command, string answer, int least, int most)
    {
        await using var server = new ScriptedMailServer();
        server.Says[command] = answer;
        var ask = await SpentAsync();
        await GivenUpAsync(ask, server.Port, answers: true);
        Assert.InRange(server.Heard.Count(one => one == command), least, most);
        await CountsNoMoreAsync(ask);
    }

    private sealed record Ask(Sale Sale, Ticket Ticket, string Address);

    /// <summary>A shopper for whom, and for whose address, no more mails may be asked for.</summary>
    private async Task<Ask> SpentAsync()
    {
        var (sale, shopper, address) = await ShopperAsync();
        var (ticket, limits) = (TicketOf(sale, shopper), Edge.GetRequiredService<MailLimits>());
        for (var i = 0; i < 3; i++) Assert.True(await limits.TakeAsync(new DefaultHttpContext(), ticket, address));
        return new Ask(Edge.GetRequiredService<EdgeCatalog>().Find(sale)!.Sale, ticket, address);
    }

    private async Task CountsNoMoreAsync(Ask ask)
    {
        var limits = Edge.GetRequiredService<MailLimits>();
        Assert.True(await limits.TakeAsync(new DefaultHttpContext(), ask.Ticket, ask.Address));
        Assert.False(await limits.TakeAsync(new DefaultHttpContext(), ask.Ticket, ask.Address));
    }

    /// <summary>Has it wait for a mail server behind so many others, until none of them waits any more.</summary>
    /// <param name="answers">It takes the time of this machine to do so.</param>
    private async Task GivenUpAsync(Ask ask, int port, int before = 0, bool answers = false)
    {
        var clock = new FakeTimeProvider();
        var options = Options.Create(new MailOptions { Host = "127.0.0.1", Port = port });
        using var server = new MailServer(
            options, Options.Create(new CalledOptions()), answers ? TimeProvider.System : clock, NullLogger<MailServer>.Instance);
        using var confirmations = new Confirmations(
            server, Edge.GetRequiredService<MailWriter>(), Edge.GetRequiredService<MailLimits>(), clock, options,
            NullLogger<Confirmations>.Instance);
        for (var i = before; i >= 0; i--)
        {
            var ticket = ask.Ticket with { Place = new Place(ask.Ticket.Place.Epoch, ask.Ticket.Place.Number + (uint)i) };
            var to = new MailRecipient(i == 0 ? ask.Address : $"{i}-{ask.Address}", "en", ticket.Shopper, null);
            var how = Edge.GetRequiredService<SubscriptionSeal>().Seal(ticket.Sale, ticket.Place, to, SendRoom.Mail)!;
            Assert.True(confirmations.TryReserve());
            confirmations.Add(ask.Sale, ticket, to, how);
        }

        await confirmations.StartAsync(Cancel);
        await WaitFor.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            var free = 0;
            while (confirmations.TryReserve()) free++;
            for (var i = 0; i < free; i++) confirmations.Release();
            return free == Confirmations.MaxWaiting;
        }, "they are given up");
        await confirmations.StopAsync(Cancel);
    }
}
