using System.Threading.Channels;

using FlashSale.Contract;
using FlashSale.Queue;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called.ByMail;

/// <summary>
/// Sends the mails that ask whether an address is the shopper's. They wait in memory, a bounded number, also while the mail
/// server takes none, for some minutes; what an edge that ends has not sent, its shopper asks for again.
/// </summary>
public sealed partial class Confirmations(
    MailServer server, MailWriter writer, MailLimits limits, TimeProvider clock, IOptions<MailOptions> options,
    ILogger<Confirmations> log)
    : BackgroundService
{
    /// <summary>Mails, those that are tried again included: some 1 MB.</summary>
    public const int MaxWaiting = 1000;

    /// <summary>Tries of which nobody knows whether the server took the mail; a mailbox shows one: they have the same id.</summary>
    private const int MaxUnheard = 2;

    /// <summary>
    /// Before a mail is tried again, the first time for a mailbox that takes none now; and before the next one is tried when the
    /// server takes none.
    /// </summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    /// <summary>A mail server that is begun anew is back sooner, and a shopper who has waited longer looks elsewhere.</summary>
    private static readonly TimeSpan s_giveUp = TimeSpan.FromMinutes(5);

    /// <summary>So often those that were tried are looked through.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly Channel<Unsent> _waiting = Channel.CreateBounded<Unsent>(MaxWaiting);

    /// <summary>Those that were tried, until they are tried again.</summary>
    private readonly Channel<Unsent> _tried = Channel.CreateBounded<Unsent>(MaxWaiting);
    private int _reserved;

    /// <param name="Unheard">Tries of which nobody knows whether the server took the mail.</param>
    /// <param name="Last">What became of the last try: busy before the first.</param>
    /// <param name="Pause">Before the next one.</param>
    private sealed record Unsent(
        Sale Sale, Ticket Ticket, MailRecipient To, byte[] How, long AddedAt, long TriedAt, int Unheard, SendOutcome Last,
        TimeSpan Pause);

    /// <summary>Room for one more; false when as many wait as may. Whoever has it adds a mail, or gives it back.</summary>
    public bool TryReserve()
    {
        if (Interlocked.Increment(ref _reserved) <= MaxWaiting) return true;
        Interlocked.Decrement(ref _reserved);
        return false;
    }

    /// <summary>Gives back room that was reserved.</summary>
    public void Release() => Interlocked.Decrement(ref _reserved);

    /// <summary>Sends a mail, for which there is room.</summary>
    /// <param name="how">The recipient, sealed for the place.</param>
    public void Add(Sale sale, Ticket ticket, MailRecipient to, byte[] how) =>
        _waiting.Writer.TryWrite(new Unsent(sale, ticket, to, how, clock.GetTimestamp(), 0, 0, SendOutcome.Busy, s_pause));

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        // Half of the connections at the most: those whose turn it is are not kept waiting.
        Enumerable.Range(0, Math.Max(1, options.Value.Connections / 2)).Select(_ => SendAsync(stoppingToken))
            .Append(BringBackAsync(stoppingToken)));

    private async Task SendAsync(CancellationToken cancel)
    {
        await foreach (var mail in _waiting.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
        {
            // Not only after a try: a server that hangs is given fewer mails than wait.
            var (isTried, isTriedAgain, outcome) = (!IsTooOld(mail), false, mail.Last);
            try
            {
                if (isTried)
                    outcome = await server.SendAsync(writer.Confirm(mail.Sale, mail.Ticket, mail.To, mail.How))
                        .ConfigureAwait(false);
                isTriedAgain = TryAgain(mail, outcome);
                if (!isTriedAgain) await EndAsync(mail, outcome).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                LogFailed(error, mail.Sale.Id);
            }
            finally
            {
                if (!isTriedAgain) Release();
            }

            // It would say the same to all that wait, as fast as it can.
            if (isTried && outcome == SendOutcome.Refused) await Task.Delay(s_pause, clock, cancel).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(Unsent mail, SendOutcome outcome)
    {
        CalledMetrics.Confirmed(outcome);
        // Only of what the server has certainly not taken: else a stranger could be written to again and again.
        if (mail.Unheard == 0 && outcome is not (SendOutcome.Accepted or SendOutcome.Gone or SendOutcome.Failed))
            await limits.GiveBackAsync(mail.Ticket, mail.To.Address).ConfigureAwait(false);
    }

    private bool IsTooOld(Unsent mail) => clock.GetElapsedTime(mail.AddedAt) >= s_giveUp;

    /// <summary>Puts a mail that was not taken behind those that wait; false when it has ended, sent or not.</summary>
    private bool TryAgain(Unsent mail, SendOutcome outcome)
    {
        var unheard = mail.Unheard + (outcome == SendOutcome.Failed ? 1 : 0);
        return outcome is not (SendOutcome.Accepted or SendOutcome.Gone or SendOutcome.Rejected)
            && unheard < MaxUnheard && !IsTooOld(mail)
            && _tried.Writer.TryWrite(mail with
            {
                TriedAt = clock.GetTimestamp(),
                Unheard = unheard,
                Last = outcome,
                // A mailbox is full for longer than a server is gone, and whoever writes to it again and again is a nuisance.
                Pause = (outcome, mail.Last) is (SendOutcome.Later, SendOutcome.Later) ? 2 * mail.Pause : s_pause,
            });
    }

    /// <summary>Each after its pause.</summary>
    private async Task BringBackAsync(CancellationToken cancel)
    {
        using var look = new PeriodicTimer(s_look, clock);
        while (await look.WaitForNextTickAsync(cancel).ConfigureAwait(false))
            // There is room in both for as many as have reserved some.
            for (var left = _tried.Reader.Count; left > 0 && _tried.Reader.TryRead(out var mail); left--)
                (clock.GetElapsedTime(mail.TriedAt) < mail.Pause ? _tried : _waiting).Writer.TryWrite(mail);
    }

    [LoggerMessage(1505, LogLevel.Error,
        "A shopper of {Sale} could not be asked whether the address is theirs", EventName = "ConfirmationFailed")]
    private partial void LogFailed(Exception error, SaleId sale);
}
