using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;
using FlashSale.Queue;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called.ByMail;

/// <summary>
/// How often somebody can make us write to an address that may be a stranger's: counted in Redis, for all edges together,
/// by place, by address and by network, as keyed hashes.
/// </summary>
public sealed class MailLimits(ILineServer redis, TicketSigner tickets, IOptions<MailOptions> options)
{
    private const int AnHour = 3600, ADay = 24 * AnHour;

    /// <summary>Addresses that one place may be called at, mistyped ones included, in an hour.</summary>
    private const int AsksPerPlace = 5;

    private readonly byte[] _key = tickets.KeysFor("mail limits")[0].Key;

    /// <summary>Counts one; null when Redis is not there.</summary>
    public async Task<bool?> TakeAsync(HttpContext context, Ticket ticket, string address)
    {
        // First, so that one shopper does not use up what a whole network may.
        if (await TakeAsync($"place {ticket.Sale.Value} {LineKeys.Field(ticket.Place)}", AsksPerPlace, AnHour).ConfigureAwait(false)
            is not true and var tooMany) return tooMany;
        var network = ClientAddress.NetworkOf(context.Connection.RemoteIpAddress);
        if (await TakeAsync($"network {network}", options.Value.AsksPerNetwork, AnHour).ConfigureAwait(false)
            is not true and var refused) return refused;
        // Large mail servers give one mailbox to all of these: with dots, with a tag, in capitals.
        var at = address.IndexOf('@', StringComparison.Ordinal);
        var mailbox = address[..at].Split('+')[0].Replace(".", "", StringComparison.Ordinal) + address[at..];
        mailbox = mailbox.ToLowerInvariant();
        return await TakeAsync($"address {mailbox}", options.Value.AsksPerAddress, ADay).ConfigureAwait(false);
    }

    private async Task<bool?> TakeAsync(string whom, int most, int seconds)
    {
        var hash = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(whom));
        var key = LineKeys.Spent(Convert.ToHexStringLower(hash.AsSpan(0, 12)));
        var answer = await redis.RunAsync(Script.Spend, [key], [most, seconds]).OrNone();
        return answer is null ? null : (int)answer == 1;
    }
}
