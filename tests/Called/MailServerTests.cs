using FlashSale.Gateway.Called;
using FlashSale.Gateway.Called.ByMail;
using FlashSale.Tests.Support;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

using MimeKit;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>What becomes of a mail by what the mail server answers, to which command.</summary>
public sealed class MailServerTests
{
    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData(ScriptedMailServer.Greeting, "421 too many connections", SendOutcome.Refused)]
    [InlineData("MAIL", "451 not now", SendOutcome.Refused)]
    [InlineData("MAIL", "550 not from this sender", SendOutcome.Refused)]
    [InlineData("MAIL", "530 log in first", SendOutcome.Refused)]
    [InlineData("MAIL", "421 closing", SendOutcome.Refused)]
    [InlineData("RCPT", "450 full", SendOutcome.Later)]
    [InlineData("RCPT", "550 no such mailbox", SendOutcome.Gone)]
    [InlineData("RCPT", "421 closing", SendOutcome.Refused)]
    [InlineData("RCPT", "530 log in first", SendOutcome.Refused)]
    [InlineData("DATA", "451 not now", SendOutcome.Refused)]
    [InlineData("DATA", "554 no", SendOutcome.Refused)]
    [InlineData(ScriptedMailServer.End, "451 not now", SendOutcome.Refused)]
    [InlineData(ScriptedMailServer.End, "530 log in first", SendOutcome.Refused)]
    [InlineData(ScriptedMailServer.End, "554 not this one", SendOutcome.Rejected)]
    [InlineData(ScriptedMailServer.End, "252 who knows", SendOutcome.Failed)]
    [InlineData(ScriptedMailServer.End, "250 fine", SendOutcome.Accepted)]
    public async Task What_it_answers_says_whether_it_has_the_mail_and_whether_it_ever_will(
        string command, string answer, SendOutcome outcome)
    {
        await using var scripted = new ScriptedMailServer();
        using var server = ServerAt(scripted);
        scripted.Says[command] = answer;
        Assert.Equal(outcome, await server.SendAsync(Mail()));

        scripted.Says.Clear();
        Assert.Equal(SendOutcome.Accepted, await server.SendAsync(Mail()));
    }

    [Theory]
    [InlineData(ScriptedMailServer.Greeting, SendOutcome.Refused)]
    [InlineData("MAIL", SendOutcome.Refused)]
    [InlineData("DATA", SendOutcome.Refused)]
    [InlineData(ScriptedMailServer.End, SendOutcome.Failed)]
    public async Task Where_it_says_nothing_it_may_have_only_a_mail_that_it_has_begun_to_read(string command, SendOutcome outcome)
    {
        await using var scripted = new ScriptedMailServer();
        using var server = ServerAt(scripted);
        scripted.Says[command] = null;

        var sending = server.SendAsync(Mail());
        await WaitFor.TrueAsync(() => scripted.Heard.Contains(command), "it hears the command");
        _clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(outcome, await sending);
        scripted.Says.Clear();
        Assert.Equal(SendOutcome.Accepted, await server.SendAsync(Mail()));
    }

    [Theory]
    [InlineData("MAIL", "421 closing", SendOutcome.Refused)]
    [InlineData("DATA", "421 closing", SendOutcome.Refused)]
    [InlineData(ScriptedMailServer.End, "250 fine", SendOutcome.Accepted)]
    public async Task A_connection_that_it_closes_is_used_no_more(string command, string answer, SendOutcome outcome)
    {
        await using var scripted = new ScriptedMailServer { Closes = true };
        using var server = ServerAt(scripted);
        scripted.Says[command] = answer;
        Assert.Equal(outcome, await server.SendAsync(Mail()));

        scripted.Says.Clear();
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(SendOutcome.Accepted, await server.SendAsync(Mail()));
        Assert.Equal(2, scripted.Heard.Count(one => one == ScriptedMailServer.Greeting));
    }

    [Theory]
    [InlineData("MAIL", "452 too many mails in this session", 3)]
    [InlineData("RCPT", "550 no such mailbox", 1)]
    public async Task A_connection_on_which_it_takes_nothing_is_used_no_more(string command, string answer, int connections)
    {
        await using var scripted = new ScriptedMailServer();
        using var server = ServerAt(scripted);
        scripted.Says[command] = answer;
        for (var i = 0; i < 3; i++) Assert.NotEqual(SendOutcome.Accepted, await server.SendAsync(Mail()));
        Assert.Equal(connections, scripted.Heard.Count(one => one == ScriptedMailServer.Greeting));
    }

    private MailServer ServerAt(ScriptedMailServer scripted) => new(
        Options.Create(new MailOptions { Host = "127.0.0.1", Port = scripted.Port }), Options.Create(new CalledOptions()),
        _clock, NullLogger<MailServer>.Instance);

    private static MimeMessage Mail() => new(
        [MailboxAddress.Parse("line@shop.example")], [MailboxAddress.Parse("shopper@mail.example")], "Your turn",
        new TextPart("plain") { Text = "It is your turn." });
}
