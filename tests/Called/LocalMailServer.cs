using System.Buffers;
using System.Collections.Concurrent;
using System.Text.RegularExpressions;

using FlashSale.Local.Processes;
using FlashSale.Tests.Support;

using MimeKit;

using SmtpServer;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace FlashSale.Tests.Called;

/// <summary>A mail server on this machine. It takes what it is given, unless it is told to refuse, or not to answer.</summary>
public sealed partial class LocalMailServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _ends = new();
    private readonly int _port = FreePort.Next();
    private Task _running = Task.CompletedTask;

    /// <summary>What it has taken, in order.</summary>
    public ConcurrentQueue<LocalMail> Mails { get; } = new();

    /// <summary>What it says of a recipient instead of taking mails for them.</summary>
    public ConcurrentDictionary<string, SmtpReplyCode> Refuses { get; } = new();

    /// <summary>Each recipient whom it has refused, as often as it has.</summary>
    public ConcurrentQueue<string> Refused { get; } = new();

    /// <summary>What it says of every mail, whoever it is for, before it reads it.</summary>
    public SmtpReplyCode? TakesNothing { get; set; }

    private int _turnedAway;

    /// <summary>Mails of which it has said so.</summary>
    public int TurnedAway => Volatile.Read(ref _turnedAway);

    /// <summary>Whose mails it never answers.</summary>
    public ConcurrentDictionary<string, bool> Silent { get; } = new();

    /// <summary>What edges must be told to call by it.</summary>
    /// <param name="edgePort">Where links lead.</param>
    public Dictionary<string, string> Settings(int edgePort) => new()
    {
        ["Called:Mail:Host"] = "127.0.0.1",
        ["Called:Mail:Port"] = $"{_port}",
        ["Called:Mail:From"] = "A shop <line@shop.example>",
        ["Called:Mail:AsksPerNetwork"] = "1000",
        ["Gateway:PublicOrigin"] = $"http://127.0.0.1:{edgePort}",
    };

    public void Start()
    {
        var options = new SmtpServerOptionsBuilder().ServerName("mail.example")
            .Endpoint(one => one.Port(_port).SessionTimeout(TimeSpan.FromMinutes(5))).Build();
        var provider = new SmtpServer.ComponentModel.ServiceProvider();
        provider.Add(new Store(this));
        provider.Add(new Filter(this));
        _running = new SmtpServer.SmtpServer(options, provider).StartAsync(_ends.Token);
    }

    /// <summary>The mails to an address, in order, once there are so many.</summary>
    public async Task<IReadOnlyList<LocalMail>> ToAsync(string address, int count)
    {
        await WaitFor.TrueAsync(() => To(address).Count >= count, $"{count} mails to {address}");
        return To(address);
    }

    /// <summary>The last mail to an address, once there is one.</summary>
    public async Task<LocalMail> NextAsync(string address, int count = 1) => (await ToAsync(address, count))[count - 1];

    /// <summary>As a mailbox shows them: what has the same id is the same mail, sent once more.</summary>
    public List<LocalMail> To(string address) => [.. Mails.Where(one => one.To == address).DistinctBy(one => one.Id)];

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // As it was told.
        }

        _ends.Dispose();
    }

    [GeneratedRegex(@"http://\S+")]
    private static partial Regex Link();

    private sealed class Store(LocalMailServer server) : MessageStore
    {
        public override async Task<SmtpResponse> SaveAsync(
            ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer,
            CancellationToken cancellationToken)
        {
            using var stream = new MemoryStream(buffer.ToArray());
            var message = await MimeMessage.LoadAsync(stream, cancellationToken);
            var to = message.To.Mailboxes.Single().Address;
            if (server.Silent.ContainsKey(to)) await Task.Delay(Timeout.Infinite, server._ends.Token);
            var text = message.TextBody ?? "";
            server.Mails.Enqueue(new LocalMail(
                to, message.Subject ?? "", text, message.MessageId ?? "", Link().Match(text).Value));
            return SmtpResponse.Ok;
        }
    }

    private sealed class Filter(LocalMailServer server) : MailboxFilter
    {
        public override Task<bool> CanAcceptFromAsync(
            ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken)
        {
            if (server.TakesNothing is not { } code) return Task.FromResult(true);
            Interlocked.Increment(ref server._turnedAway);
            throw new SmtpResponseException(new SmtpResponse(code, "not now"));
        }

        public override Task<bool> CanDeliverToAsync(
            ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken)
        {
            var address = $"{to.User}@{to.Host}";
            if (!server.Refuses.TryGetValue(address, out var code)) return Task.FromResult(true);
            server.Refused.Enqueue(address);
            throw new SmtpResponseException(new SmtpResponse(code, "refused"));
        }
    }
}
