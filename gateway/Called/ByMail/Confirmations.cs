using System.Threading.Channels;

using FlashSale.Contract;
using FlashSale.Queue;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called.ByMail;

/// <summary>
/// Sends the mails that ask whether an address is the shopper's. They wait in memory, a bounded number; what an edge that
/// ends has not sent, its shopper asks for again.
/// </summary>
public sealed partial class Confirmations(
    MailServer server, MailWriter writer, TimeProvider clock, IOptions<MailOptions> options, ILogger<Confirmations> log)
    : BackgroundService
{
    /// <summary>Some 1 MB.</summary>
    private const int MaxWaiting = 1000;

    /// <summary>Whoever shows one of the two: they have the same id.</summary>
    private const int MaxTries = 2;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    private readonly Channel<(Sale Sale, Ticket Ticket, MailRecipient To, byte[] How)> _waiting =
        Channel.CreateBounded<(Sale, Ticket, MailRecipient, byte[])>(MaxWaiting);

    /// <summary>False when as many wait as may.</summary>
    /// <param name="how">The recipient, sealed for the place.</param>
    public bool TryAdd(Sale sale, Ticket ticket, MailRecipient to, byte[] how) =>
        _waiting.Writer.TryWrite((sale, ticket, to, how));

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        // Half of the connections at the most: those whose turn it is are not kept waiting.
        Enumerable.Range(0, Math.Max(1, options.Value.Connections / 2)).Select(_ => SendAsync(stoppingToken)));

    private async Task SendAsync(CancellationToken cancel)
    {
        await foreach (var (sale, ticket, to, how) in _waiting.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
        {
            try
            {
                var outcome = SendOutcome.Busy;
                for (var i = 0; i < MaxTries && outcome is not (SendOutcome.Accepted or SendOutcome.Gone); i++)
                {
                    if (i > 0) await Task.Delay(s_pause, clock, cancel).ConfigureAwait(false);
                    outcome = await server.SendAsync(writer.Confirm(sale, ticket, to, how)).ConfigureAwait(false);
                }

                CalledMetrics.Confirmed(outcome);
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                LogFailed(error, sale.Id);
            }
        }
    }

    [LoggerMessage(1505, LogLevel.Error,
        "A shopper of {Sale} could not be asked whether the address is theirs", EventName = "ConfirmationFailed")]
    private partial void LogFailed(Exception error, SaleId sale);
}
