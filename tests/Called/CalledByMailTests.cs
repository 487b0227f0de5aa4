using FlashSale.Admission;
using FlashSale.LoadTest.Clients;
using FlashSale.Tests.Support;

using SmtpServer.Protocol;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>
/// Who asked is called by mail, at an address that is theirs; the link in it takes the place to another device, once.
/// </summary>
public sealed class CalledByMailTests(CalledSystem called) : IClassFixture<CalledSystem>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<(int Status, string? Code)> PutAsync(string sale, Shopper shopper, object body) =>
        called.SendAsync(HttpMethod.Put, sale, shopper, body, way: "mail");

    [Fact]
    public async Task A_typed_address_is_asked_once_and_kept_sealed_only_after_a_click()
    {
        var sale = await called.PausedSaleAsync();
        var shopper = called.System.Shopper(sale);
        await shopper.JoinsAsync();
        var address = $"{Unique.Name("Shopper")}@mail.example";

        Assert.Equal((202, null), await PutAsync(sale, shopper, new { address }));

        var mail = await called.Mail.NextAsync(address);
        Assert.Equal("Shall we mail you when it is your turn? · A phone", mail.Subject);
        var opener = new LinkOpener(called.System.Edge);
        using var opened = await opener.OpenAsync(mail.Link);
        var page = await opened.Content.ReadAsStringAsync(Cancel);
        Assert.Contains(address, page, StringComparison.Ordinal);
        Assert.Equal("no-store", opened.Headers.CacheControl?.ToString());
        Assert.Empty(await called.KeptAsync(sale));

        using var clicked = await opener.ClickAsync(mail.Link);
        Assert.Equal(200, (int)clicked.StatusCode);
        var kept = (byte[])Assert.Single(await called.KeptAsync(sale)).Value!;
        Assert.Equal(-1, kept.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(address[..8])));
        Assert.InRange(kept.Length, 1, 325);
        Assert.Single(called.Mail.To(address));
    }

    [Fact]
    public async Task The_link_moves_the_place_by_a_click_once_and_the_old_ticket_is_no_more()
    {
        var sale = await called.PausedSaleAsync();
        var (old, address) = await called.MailAskerAsync(sale);
        var another = $"{Unique.Name("another")}@mail.example";
        Assert.Equal((202, null), await PutAsync(sale, old, new { address = another }));
        var unconfirmed = await called.Mail.NextAsync(another);
        await called.ResumeAsync(sale);
        var mail = await called.Mail.NextAsync(address, 2);
        Assert.Equal("It is your turn! · A phone", mail.Subject);
        Assert.Contains(" UTC", mail.Text, StringComparison.Ordinal);

        // Mail programs and their guards open it before anybody does.
        var opener = new LinkOpener(called.System.Edge);
        string? visitor = null;
        for (var i = 0; i < 3; i++)
        {
            using var opened = await opener.OpenAsync(mail.Link);
            Assert.Equal(200, (int)opened.StatusCode);
            Assert.Null(LinkOpener.TicketOf(opened, sale));
            visitor = LinkOpener.VisitorOf(opened);
        }
        await old.IsAdmittedAsync();

        var here = new LinkOpener(called.System.Edge, $"fs-visitor={visitor}");
        using var clicked = await here.ClickAsync(mail.Link);
        Assert.Equal(303, (int)clicked.StatusCode);
        Assert.Equal($"/line/{sale}", clicked.Headers.Location?.ToString());
        var shopper = new Shopper(called.System.Edge, sale) { Ticket = LinkOpener.TicketOf(clicked, sale) };
        await shopper.IsAdmittedAsync();
        Assert.Equal(1, (await shopper.PollAsync(Cancel)).Require().Number);

        foreach (var refused in new[] { Of(await old.PollAsync(Cancel)), Of(await old.ClaimAsync(Cancel)), Of(await old.LeaveAsync(Cancel)), Of(await old.JoinAsync(Cancel)) })
            Assert.Equal((409, "placeMoved"), refused);
        // Without its ticket, that browser is still the visitor to whom the place was given.
        Assert.Equal((409, "placeMoved"), Of(await new Shopper(called.System.Edge, sale) { Visitor = old.Visitor }.JoinAsync(Cancel)));

        // Nor does an address bring it back that was given before.
        foreach (var spent in new[]
            { await opener.OpenAsync(mail.Link), await opener.ClickAsync(mail.Link), await opener.ClickAsync(unconfirmed.Link) })
            using (spent)
            {
                Assert.Equal(410, (int)spent.StatusCode);
                Assert.Null(LinkOpener.TicketOf(spent, sale));
            }

        // The browser that did it may not have heard the answer.
        using (var opened = await here.OpenAsync(mail.Link)) Assert.Equal(200, (int)opened.StatusCode);
        using (var again = await here.ClickAsync(mail.Link))
        {
            Assert.Equal(303, (int)again.StatusCode);
            shopper = new Shopper(called.System.Edge, sale) { Ticket = LinkOpener.TicketOf(again, sale) };
        }

        await shopper.HasAUnitInTheCartAsync();
        await WaitFor.TrueAsync(async () => (await called.KeptAsync(sale)).Length == 0, "nothing is kept");
        Assert.Equal(2, called.Mail.To(address).Count);
    }

    private static (int Status, string? Problem) Of<T>(Answer<T> answer) where T : class => (answer.Status, answer.Problem);

    [Fact]
    public async Task A_link_that_was_changed_is_for_another_sale_or_comes_from_another_site_moves_nothing()
    {
        var sale = await called.PausedSaleAsync();
        var (shopper, address) = await called.MailAskerAsync(sale);
        await called.ResumeAsync(sale);
        var link = (await called.Mail.NextAsync(address, 2)).Link;
        var other = await called.PausedSaleAsync();
        await called.System.Shopper(other).JoinsAsync();
        var opener = new LinkOpener(called.System.Edge);

        var last = link[^1] == 'A' ? 'B' : 'A';
        foreach (var wrong in new[]
        {
            link[..^3] + last + link[^2..], link[..^40], link + "AAAA", link.Replace(sale, other, StringComparison.Ordinal),
            link[..link.IndexOf("link=", StringComparison.Ordinal)] + "link=",
        })
        {
            using var answer = await opener.ClickAsync(wrong);
            Assert.Equal(410, (int)answer.StatusCode);
            Assert.False(answer.Headers.Contains("Set-Cookie") && LinkOpener.TicketOf(answer, sale) is not null);
        }

        using var foreign = new HttpRequestMessage(HttpMethod.Post, new Uri(link).PathAndQuery);
        foreign.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var refused = await called.System.Edge.SendAsync(foreign, Cancel);
        Assert.Equal(400, (int)refused.StatusCode);
        await shopper.IsAdmittedAsync();
    }

    [Fact]
    public async Task What_the_storefront_vouches_for_needs_no_confirmation_and_is_its_own_shoppers_alone()
    {
        var (sale, signer) = await called.VouchedSaleAsync();
        var address = $"{Unique.Name("shopper")}@mail.example";
        var token = signer.Sign("shopper-1", sale, new EnqueueClaims { Email = address });
        var shopper = new Shopper(called.System.Edge, sale) { EnqueueToken = token };
        var other = new Shopper(called.System.Edge, sale) { EnqueueToken = signer.Sign("shopper-2", sale) };
        await shopper.JoinsAsync();
        await other.JoinsAsync();

        Assert.Equal((401, "enqueueTokenInvalid"), await PutAsync(sale, other, new { enqueueToken = token }));
        Assert.Equal((401, "enqueueTokenInvalid"), await PutAsync(sale, other, new { enqueueToken = other.EnqueueToken }));
        Assert.Equal((204, null), await PutAsync(sale, shopper, new { enqueueToken = token }));
        Assert.Single(await called.KeptAsync(sale));

        await called.ResumeAsync(sale);
        var mail = await called.Mail.NextAsync(address);
        Assert.StartsWith("It is your turn!", mail.Subject, StringComparison.Ordinal);
        using var clicked = await new LinkOpener(called.System.Edge).ClickAsync(mail.Link);
        var there = new Shopper(called.System.Edge, sale) { Ticket = LinkOpener.TicketOf(clicked, sale) };
        await there.IsAdmittedAsync();
        // Who signs in at the shop is the shopper, on any device.
        Assert.Equal("admitted", (await shopper.InAnotherTab().JoinAsync(Cancel)).Require().State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("nobody@")]
    [InlineData("@mail.example")]
    [InlineData("nobody@localhost")]
    [InlineData("no body@mail.example")]
    [InlineData("nobody@mail.example, other@mail.example")]
    [InlineData("Somebody <nobody@mail.example>")]
    [InlineData("nobody@mail.example\r\nBcc: other@mail.example")]
    [InlineData("nobody@[127.0.0.1]")]
    [InlineData("nobody@127.0.0.1")]
    public async Task What_is_no_address_is_refused(string address)
    {
        var sale = await called.PausedSaleAsync();
        var shopper = called.System.Shopper(sale);
        await shopper.JoinsAsync();

        Assert.Equal((400, "malformed"), await PutAsync(sale, shopper, new { address }));
        Assert.Equal((400, "malformed"), await PutAsync(sale, shopper, new { address = 1 }));
        Assert.Equal((400, "malformed"), await PutAsync(sale, shopper, new { }));
        Assert.Equal((401, "ticketInvalid"), await PutAsync(
            sale, new Shopper(called.System.Edge, sale) { Ticket = "forged" }, new { address = "a@mail.example" }));
    }

    [Fact]
    public async Task A_stranger_is_asked_three_times_a_day_whoever_gives_their_address_and_however_it_is_written()
    {
        var sale = await called.PausedSaleAsync();
        var name = Unique.Name("stranger");
        string[] written = [$"{name}@mail.example", $"{name.ToUpperInvariant()}@mail.example", $"{name}+1@mail.example", $"{name[..2]}.{name[2..]}+2@mail.example"];
        var answers = new List<(int, string?)>();
        foreach (var address in written)
        {
            var shopper = called.System.Shopper(sale);
            await shopper.JoinsAsync();
            answers.Add(await PutAsync(sale, shopper, new { address }));
        }

        Assert.Equal([(202, null), (202, null), (202, null), (429, "slowDown")], answers);
        Assert.Empty(await called.KeptAsync(sale));
    }

    [Fact]
    public async Task A_place_asks_five_addresses_an_hour()
    {
        var sale = await called.PausedSaleAsync();
        var shopper = called.System.Shopper(sale);
        await shopper.JoinsAsync();
        for (var i = 0; i < 5; i++)
            Assert.Equal((202, null), await PutAsync(sale, shopper, new { address = $"{Unique.Name("typo")}@mail.example" }));
        Assert.Equal((429, "slowDown"), await PutAsync(sale, shopper, new { address = $"{Unique.Name("typo")}@mail.example" }));
    }

    [Fact]
    public async Task A_mailbox_that_is_gone_is_forgotten_one_that_is_full_is_tried_once_more_and_nobody_else_waits()
    {
        var sale = await called.PausedSaleAsync(units: 10);
        var (_, gone) = await called.MailAskerAsync(sale);
        var (_, full) = await called.MailAskerAsync(sale);
        var (_, silent) = await called.MailAskerAsync(sale);
        var (_, browser) = await called.AskerAsync(sale);
        var (_, fine) = await called.MailAskerAsync(sale);
        (called.Mail.Refuses[gone], called.Mail.Refuses[full]) = (SmtpReplyCode.MailboxUnavailable, SmtpReplyCode.InsufficientStorage);
        called.Mail.Silent[silent] = true;

        await called.ResumeAsync(sale);

        await browser.HearsAsync("turn");
        await called.Mail.NextAsync(fine, 2);
        Assert.Single(called.Mail.To(full));
        called.Mail.Refuses.TryRemove(full, out _);
        called.Mail.Silent.TryRemove(silent, out _);
        await called.Mail.NextAsync(full, 2);
        await called.Mail.NextAsync(silent, 2);
        await WaitFor.TrueAsync(async () => (await called.KeptAsync(sale)).Length == 0, "nothing is kept");
        Assert.Single(called.Mail.To(gone));
        Assert.Equal(2, called.Mail.To(fine).Count);
    }

    [Theory]
    [InlineData(SmtpReplyCode.Aborted)]
    [InlineData(SmtpReplyCode.AuthenticationRequired)]
    public async Task A_mail_server_that_takes_nothing_now_is_tried_until_it_does(SmtpReplyCode says)
    {
        var sale = await called.PausedSaleAsync();
        var (_, address) = await called.MailAskerAsync(sale);
        var before = called.Mail.TurnedAway;
        called.Mail.TakesNothing = says;
        await called.ResumeAsync(sale);

        await WaitFor.TrueAsync(
            () => called.Mail.TurnedAway > before + 2, "it is tried more often than what may have been taken");
        called.Mail.TakesNothing = null;

        Assert.StartsWith("It is your turn!", (await called.Mail.NextAsync(address, 2)).Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_by_push_after_mail_is_called_by_push_alone_and_who_changes_their_mind_not_at_all()
    {
        var sale = await called.PausedSaleAsync(units: 3);
        var (shopper, address) = await called.MailAskerAsync(sale);
        var (other, forgotten) = await called.MailAskerAsync(sale);
        var browser = called.Push.Subscribe();
        Assert.Equal((204, null), await called.AskAsync(sale, shopper, browser.Subscription));
        Assert.Equal((204, null), await called.SendAsync(HttpMethod.Delete, sale, other, null, way: "mail"));

        await called.ResumeAsync(sale);

        await browser.HearsAsync("turn");
        await WaitFor.TrueAsync(async () => (await called.KeptAsync(sale)).Length == 0, "nothing is kept");
        Assert.Single(called.Mail.To(address));
        Assert.Single(called.Mail.To(forgotten));
    }

    [Fact]
    public async Task Where_nobody_is_called_by_mail_nothing_of_it_is_there()
    {
        var system = await TestSystem.SharedAsync();
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Put, "/sales/any/ticket/mail"), (HttpMethod.Delete, "/sales/any/ticket/mail"),
            (HttpMethod.Get, "/line/any/mail?link=x"), (HttpMethod.Post, "/line/any/mail?link=x"),
        })
        {
            using var request = new HttpRequestMessage(method, path);
            using var answer = await system.Edge.SendAsync(request, Cancel);
            Assert.Equal(404, (int)answer.StatusCode);
        }
    }
}
