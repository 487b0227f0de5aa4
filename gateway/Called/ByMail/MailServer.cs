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
        try
        {
            using var within = new CancellationTokenSource(_timeout, _clock);
            client = await ConnectedAsync(within.Token).ConfigureAwait(false);
            var outcome = await SendAsync(client, message, within.Token).ConfigureAwait(false);
            if (outcome == SendOutcome.Failed) return outcome;
            _idle.Add((client, _clock.GetTimestamp()));
            client = null;
            return outcome;
        }
        catch (Exception error) when (error is ProtocolException or CommandException or IOException or SocketException
            or OperationCanceledException or AuthenticationException or SslHandshakeException or NotSupportedException)
        {
            // Without the mail's own words: an answer may have the address in it.
            LogFailed(Host, error.GetType().Name);
            return client is null ? SendOutcome.Refused : SendOutcome.Failed;
        }
        finally
        {
            client?.Dispose();
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

    private async Task<SendOutcome> SendAsync(SmtpClient client, MimeMessage message, CancellationToken cancel)
    {
        try
        {
            await client.SendAsync(message, cancel).ConfigureAwait(false);
            return SendOutcome.Accepted;
        }
        catch (SmtpCommandException error) when (client.IsConnected && error.ErrorCode == SmtpErrorCode.RecipientNotAccepted)
        {
            // RFC 5321: 5yz never, 4yz not now.
            return (int)error.StatusCode >= 500 ? SendOutcome.Gone : SendOutcome.Later;
        }
        catch (SmtpCommandException error) when (client.IsConnected && error.ErrorCode == SmtpErrorCode.MessageNotAccepted)
        {
            LogFailed(Host, error.StatusCode.ToString());
            return SendOutcome.Later;
        }
    }

    [LoggerMessage(1504, LogLevel.Warning,
        "The mail server {Host} did not take a mail: {Why}", EventName = "MailNotTaken")]
    private partial void LogFailed(string host, string why);
}
