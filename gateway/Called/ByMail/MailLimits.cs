using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;
using FlashSale.Queue;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called.ByMail;

/// <summary>
/// How often somebody can make us write to an address that may be a stranger's: counted in Redis, for all edges together,
/// by address and by network, as keyed hashes.
/// </summary>
public sealed class MailLimits(ILineServer redis, TicketSigner tickets, IOptions<MailOptions> options)
{
    private const int AnHour = 3600, ADay = 24 * AnHour;

    private readonly byte[] _key = tickets.KeysFor("mail limits")[0].Key;

    /// <summary>Counts one; null when Redis is not there.</summary>
    public async Task<bool?> TakeAsync(HttpContext context, string address)
    {
        var network = ClientAddress.NetworkOf(context.Connection.RemoteIpAddress);
        if (await TakeAsync($"network {network}", options.Value.AsksPerNetwork, AnHour).ConfigureAwait(false)
            is not true and var refused) return refused;
        // Most mail servers give a mailbox to all of these.
        var mailbox = address.ToLowerInvariant();
        if (mailbox.IndexOf('+', StringComparison.Ordinal) is > 0 and var tag)
            mailbox = mailbox[..tag] + mailbox[mailbox.IndexOf('@', StringComparison.Ordinal)..];
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
