using System.Collections.Concurrent;
using System.Net.Sockets;

using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

using Microsoft.Extensions.Options;

using MimeKit;

namespace FlashSale.Gateway.Called.ByMail;

/// <summary>The mail server, over a few connections that are used again while they are warm.</summary>
public sealed partial class MailServer : IDisposable
{
    /// <summary>Mail servers close connections on which nothing happens, without a word.</summary>
    private static readonly TimeSpan s_warm = TimeSpan.FromSeconds(2);

    private readonly MailOptions _options;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;
    private readonly ILogger<MailServer> _log;
    private readonly SemaphoreSlim _room;
    private readonly ConcurrentBag<(SmtpClient Client, long UsedAt)> _idle = [];

    public MailServer(
        IOptions<MailOptions> options, IOptions<CalledOptions> called, TimeProvider clock, ILogger<MailServer> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(called);
        (_options, _clock, _log) = (options.Value, clock, log);
        _timeout = TimeSpan.FromSeconds(called.Value.TimeoutSeconds);
        _room = new SemaphoreSlim(_options.Connections);
    }

    public string Host => _options.Host!;

    public void Dispose()
    {
        while (_idle.TryTake(out var one)) one.Client.Dispose();
        _room.Dispose();
    }

    /// <summary>Gives it a mail; in half of what it may take for its answer there must be a connection free.</summary>
    public async Task<SendOutcome> SendAsync(MimeMessage message)
    {
        if (!await _room.WaitAsync(_timeout / 2).ConfigureAwait(false)) return SendOutcome.Busy;
        SmtpClient? client = null;
        var body = new Body();
        try
        {
            using var within = new CancellationTokenSource(_timeout, _clock);
            client = await ConnectedAsync(within.Token).ConfigureAwait(false);
            await client.SendAsync(message, within.Token, body).ConfigureAwait(false);
            return SendOutcome.Accepted;
        }
        catch (Exception error) when (error is ProtocolException or CommandException or IOException or SocketException
            or OperationCanceledException or AuthenticationException or SslHandshakeException or NotSupportedException
            or ServiceNotAuthenticatedException or ServiceNotConnectedException)
        {
            var answer = error as SmtpCommandException;
            // Without the mail's own words: an answer may have the address in it.
            if (answer is not { ErrorCode: SmtpErrorCode.RecipientNotAccepted })
                LogFailed(Host, answer?.StatusCode.ToString() ?? error.GetType().Name);
            var outcome = Outcome(error, body.IsBegun);
            // The next one begins anew: some servers take so many mails over a connection, or want one to log in again.
            if (outcome == SendOutcome.Refused) client?.Dispose();
            return outcome;
        }
        finally
        {
            // After an answer the client has begun anew (RSET); after all else it has closed the connection.
            if (client is { IsConnected: true }) _idle.Add((client, _clock.GetTimestamp()));
            else client?.Dispose();
            _room.Release();
        }
    }

    private async Task<SmtpClient> ConnectedAsync(CancellationToken cancel)
    {
        while (_idle.TryTake(out var one))
        {
            if (one.Client.IsConnected && _clock.GetElapsedTime(one.UsedAt) < s_warm) return one.Client;
            one.Client.Dispose();
        }

        var client = new SmtpClient();
        try
        {
            await client.ConnectAsync(Host, _options.Port, _options.Tls, cancel).ConfigureAwait(false);
            if (_options.User is { } user)
                await client.AuthenticateAsync(user, _options.Password!, cancel).ConfigureAwait(false);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>
    /// RFC 5321: 5yz never, 4yz not now; of a recipient that is their mailbox, and 421 is always the server. What it had not begun
    /// to read it does not have, however that ended.
    /// </summary>
    private static SendOutcome Outcome(Exception error, bool isBegun) => error switch
    {
        SmtpCommandException { StatusCode: SmtpStatusCode.ServiceNotAvailable } or ServiceNotAuthenticatedException =>
            SendOutcome.Refused,
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted, StatusCode: var status } =>
            (int)status >= 500 ? SendOutcome.Gone : SendOutcome.Later,
        SmtpCommandException { StatusCode: var status } when isBegun && (int)status >= 400 =>
            (int)status >= 500 ? SendOutcome.Rejected : SendOutcome.Refused,
        _ => isBegun ? SendOutcome.Failed : SendOutcome.Refused,
    };

    /// <summary>Whether the server has been given some of the mail itself, which it takes after all else.</summary>
    private sealed class Body : ITransferProgress
    {
        public bool IsBegun { get; private set; }

        public void Report(long bytesTransferred, long totalSize) => IsBegun = true;

        public void Report(long bytesTransferred) => IsBegun = true;
    }

    [LoggerMessage(1504, LogLevel.Warning,
        "The mail server {Host} did not take a mail: {Why}", EventName = "MailNotTaken")]
    private partial void LogFailed(string host, string why);
}
