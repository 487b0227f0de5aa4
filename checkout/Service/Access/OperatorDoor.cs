using System.Security.Cryptography;

using FlashSale.Checkout.Http;
using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Access;

/// <summary>Who a caller is, and whether they may do what they ask for.</summary>
public sealed partial class OperatorDoor(
    OperatorKeys keys, KeyTries tries, LedgerDatabase ledger, IOptions<OperatorOptions> options, IOptions<OpenIdOptions> openId,
    TimeProvider clock, ILogger<OperatorDoor> log)
{
    /// <summary>Between two lines about looks with the admin key: a dashboard looks all the time. Changes are always told.</summary>
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMinutes(1);

    /// <summary>Characters of a failure that are told.</summary>
    private const int MostReason = 300;

    private readonly byte[] _adminKey = Convert.FromHexString(options.Value.AdminKeyHash);
    private long _toldAt = long.MinValue;

    /// <summary>Who it is, or what to answer. The environment's admin key needs no ledger: it is the way in when all else fails.</summary>
    public async ValueTask<(Operator? Who, IResult? Refusal)> RecogniseAsync(HttpContext context)
    {
        if (BearerToken.Of(context) is not { Length: > 0 } key) return await BySessionAsync(context).ConfigureAwait(false);
        var (hash, from) = (KeyHashes.Of(key), ClientAddress.Words(context));
        if (tries.Wait(context, hash) is { } wait)
        {
            OperatorMetrics.Slowed();
            return (null, Problem.SlowDown.Result(retryAfterSeconds: wait));
        }

        var isAdminKey = CryptographicOperations.FixedTimeEquals(hash, _adminKey);
        var who = isAdminKey
            ? new Operator(Operator.AdminKey, OperatorRole.Admin, null, from)
            : await keys.FindAsync(key, from, context.RequestAborted).ConfigureAwait(false);
        if (who is null)
        {
            tries.Wrong(context);
            OperatorMetrics.WrongKey();
            LogWrong(from, context.GetEndpoint()?.DisplayName);
            return (null, Problem.ApiKeyInvalid.Result());
        }

        tries.Right(hash);
        if (isAdminKey) TellOfAdminKey(context, from);
        else OperatorMetrics.Named();
        return (who, null);
    }

    /// <summary>Whether the route that was found is for this operator.</summary>
    public async ValueTask<bool> MayAsync(Operator who, HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(context);
        var access = context.GetEndpoint()?.Metadata.GetMetadata<OperatorAccess>();
        if (access is not null && who.Role >= access.Role && await ReachesAsync(who, access.Reach, context).ConfigureAwait(false)) return true;
        OperatorMetrics.NotAllowed();
        LogNotAllowed(who.Name, who.Role, context.GetEndpoint()?.DisplayName);
        return false;
    }

    /// <summary>
    /// Whether whoever was let in is still let in, with the same role: for an answer that goes on. While the ledger is away nobody
    /// is shut out: it has no news that could be told.
    /// </summary>
    public async ValueTask<bool> IsStillAsync(Operator who, HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (who.Name == Operator.AdminKey) return true;
        try
        {
            return who == (BearerToken.Of(context) is { Length: > 0 } key
                ? await keys.FindAsync(key, who.From, context.RequestAborted).ConfigureAwait(false)
                : await OpenIdSignIn.FindAsync(context).ConfigureAwait(false));
        }
        catch (Exception error) when (LedgerErrors.IsOfLedger(error))
        {
            return true;
        }
    }

    /// <summary>A sign-in by the provider has failed. What came by the browser is anybody's text.</summary>
    public void TellOfFailedSignIn(HttpContext context, string? reason) => LogSignIn(
        ClientAddress.Words(context), string.Concat((reason ?? "").Take(MostReason).Select(one => char.IsControl(one) ? ' ' : one)));

    private async ValueTask<(Operator? Who, IResult? Refusal)> BySessionAsync(HttpContext context)
    {
        if (!openId.Value.IsOn) return (null, Problem.ApiKeyInvalid.Result());
        if (await OpenIdSignIn.FindAsync(context).ConfigureAwait(false) is not { } who)
            return (null, Problem.ApiKeyInvalid.Result(extensions: ("signIn", OpenIdSignIn.SignInPath)));
        OperatorMetrics.Named();
        return (who, null);
    }

    private async ValueTask<bool> ReachesAsync(Operator who, OperatorReach reach, HttpContext context)
    {
        if (who.Storefront is not { } own) return true;
        var route = context.Request.RouteValues;
        return reach switch
        {
            OperatorReach.Own => true,
            OperatorReach.Storefront => route["id"] as string == own.Value,
            OperatorReach.Sale => await IsOfAsync(route["sale"] as string, own, context.RequestAborted).ConfigureAwait(false),
            OperatorReach.Reservation => await IsOfAsync(
                (route["id"] as string)?.Split('_')[0], own, context.RequestAborted).ConfigureAwait(false),
            _ => false,
        };
    }

    /// <summary>A sale that there is not (yet) is nobody else's: what is made of it is looked at when it is made.</summary>
    private async Task<bool> IsOfAsync(string? sale, StorefrontId storefront, CancellationToken cancel) =>
        !SaleId.TryParse(sale, out var id) || await ledger.FindAsync<string>(
            "SELECT storefront FROM sales WHERE id = @id", new { id = id.Value }, cancel).ConfigureAwait(false) is not { } its
        || its == storefront.Value;

    private void TellOfAdminKey(HttpContext context, string from)
    {
        OperatorMetrics.AdminKey();
        if (HttpMethods.IsGet(context.Request.Method))
        {
            var told = Volatile.Read(ref _toldAt);
            if (told != long.MinValue && clock.GetElapsedTime(told) < s_betweenLooks) return;
            Volatile.Write(ref _toldAt, clock.GetTimestamp());
        }
        LogAdminKey(from, context.GetEndpoint()?.DisplayName);
    }

    [LoggerMessage(4030, LogLevel.Warning, "A wrong key from {From} for {Endpoint}", EventName = "OperatorKeyWrong")]
    private partial void LogWrong(string from, string? endpoint);

    [LoggerMessage(4031, LogLevel.Warning, "The admin key was used from {From} for {Endpoint}", EventName = "AdminKeyUsed")]
    private partial void LogAdminKey(string from, string? endpoint);

    [LoggerMessage(4033, LogLevel.Warning, "A sign-in from {From} has failed: {Reason}", EventName = "SignInFailed")]
    private partial void LogSignIn(string from, string? reason);

    [LoggerMessage(4032, LogLevel.Warning, "{Operator}, as {Role}, may not call {Endpoint}", EventName = "OperatorNotAllowed")]
    private partial void LogNotAllowed(string @operator, OperatorRole role, string? endpoint);
}
