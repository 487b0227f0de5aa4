using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;
using FlashSale.Queue;

using Microsoft.Extensions.Options;

using StackExchange.Redis;

namespace FlashSale.Gateway.Called.ByMail;

/// <summary>
/// How often somebody can make us write to an address that may be a stranger's: counted in Redis, for all edges together,
/// by place, by address and by network, as keyed hashes.
/// </summary>
public sealed class MailLimits(LineRedis redis, TicketSigner tickets, IOptions<MailOptions> options)
{
    private const int AnHour = 3600, ADay = 24 * AnHour;

    /// <summary>Addresses that one place may be called at, mistyped ones included, in an hour.</summary>
    private const int AsksPerPlace = 5;

    private readonly byte[] _key = tickets.KeysFor("mail limits")[0].Key;

    /// <summary>Counts one; null when Redis is not there.</summary>
    public async Task<bool?> TakeAsync(HttpContext context, Ticket ticket, string address)
    {
        // First, so that one shopper does not use up what a whole network may.
        if (await TakeAsync(PlaceOf(ticket), AsksPerPlace, AnHour).ConfigureAwait(false)
            is not true and var tooMany) return tooMany;
        var network = ClientAddress.NetworkOf(context.Connection.RemoteIpAddress);
        var may = await TakeAsync($"network {network}", options.Value.AsksPerNetwork, AnHour).ConfigureAwait(false);
        if (may == true) may = await TakeAsync(MailboxOf(address), options.Value.AsksPerAddress, ADay).ConfigureAwait(false);
        // Nobody is asked, and the shopper may have another address.
        if (may == false) await GiveBackAsync(PlaceOf(ticket)).ConfigureAwait(false);
        return may;
    }

    /// <summary>
    /// One that was counted was not sent, and counts neither for the place nor for the address. It stays counted where Redis is
    /// not there; the network's, which is larger, does in any case.
    /// </summary>
    public async Task GiveBackAsync(Ticket ticket, string address)
    {
        await GiveBackAsync(PlaceOf(ticket)).ConfigureAwait(false);
        await GiveBackAsync(MailboxOf(address)).ConfigureAwait(false);
    }

    private static string PlaceOf(Ticket ticket) => $"place {ticket.Sale.Value} {LineKeys.Field(ticket.Place)}";

    /// <summary>Large mail servers give one mailbox to all of these: with dots, with a tag, in capitals.</summary>
    private static string MailboxOf(string address)
    {
        var at = address.IndexOf('@', StringComparison.Ordinal);
        var mailbox = address[..at].Split('+')[0].Replace(".", "", StringComparison.Ordinal) + address[at..];
        return $"address {mailbox.ToLowerInvariant()}";
    }

    private RedisKey KeyOf(string whom)
    {
        var hash = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(whom));
        return LineKeys.Spent(Convert.ToHexStringLower(hash.AsSpan(0, 12)));
    }

    private async Task<bool?> TakeAsync(string whom, int most, int seconds)
    {
        var answer = await redis.RunAsync(Script.Spend, [KeyOf(whom)], [most, seconds]).OrNone();
        return answer is null ? null : (int)answer == 1;
    }

    private async Task GiveBackAsync(string whom)
    {
        var key = KeyOf(whom);
        await redis.UseAsync<object>(async database =>
        {
            // A count that has run out meanwhile is not begun anew: that one would have no end.
            var once = database.CreateTransaction();
            once.AddCondition(Condition.KeyExists(key));
            _ = once.StringDecrementAsync(key, 1L);
            return await once.ExecuteAsync().ConfigureAwait(false);
        }).OrNone();
    }
}
