using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;

using Microsoft.Extensions.Options;

namespace FlashSale.WaitingRoom.Keys;

/// <summary>
/// Changes keys for operators. Named ones a checkout must know, as admins of all storefronts; the environment's admin key works also
/// when no checkout answers, since a stolen key must be ended then too.
/// </summary>
public sealed partial class KeyDesk(KeyJournal journal, IOptions<OperatorOptions> options, ILogger<KeyDesk> log) : IDisposable
{
    private const string Scheme = "Bearer ";

    /// <summary>Wrong keys of an address: ten at once, then one a second.</summary>
    private readonly ClientLimit _wrong = new(perSecond: 1, burst: 10, told: true);

    /// <param name="change">→ what came of it, or null for a key that there is not.</param>
    public async Task<IResult> ChangeAsync(HttpContext context, string action, string? kid, Func<object?> change)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(change);
        var header = context.Request.Headers.Authorization.ToString();
        var shown = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        if (shown.Length == 0) return Problem.ApiKeyInvalid.Result();
        if (_wrong.IsSpent(context) is { } wait) return Problem.SlowDown.Result(retryAfterSeconds: wait);
        var isAdminKey = options.Value.AdminKeyHash is { Length: > 0 } hash && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(shown)), Convert.FromHexString(hash));
        var from = ClientAddress.Words(context);
        if (isAdminKey) LogAdminKey(from, action);
        // Whoever has asked may go away: what is begun is done and told.
        var (refused, entry) = await journal.BeginAsync(
            new KeyChange(isAdminKey ? null : shown, action, kid, from), CancellationToken.None).ConfigureAwait(false);
        if (refused == Problem.ApiKeyInvalid)
        {
            _wrong.Take(context);
            LogWrong(from, action);
        }
        if (refused is not null) return refused.Result();
        if (entry is null && !isAdminKey) return Problem.Unavailable.Result("No checkout answers, who knows this key.");
        if (entry is null) LogUntold(action, kid, from);
        return await DoAsync(change, entry).ConfigureAwait(false);
    }

    public void Dispose() => _wrong.Dispose();

    private async Task<IResult> DoAsync(Func<object?> change, long? entry)
    {
        object? after = null;
        try
        {
            after = change();
            return after is null ? Problem.NotFound.Result() : Results.Json(after, Wire.Json);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Problem.Unavailable.Result(
                "The keys' folder can't be written to from here: change the files where they come from, every room follows by itself.");
        }
        finally
        {
            if (entry is { } row) await journal.EndAsync(row, after ?? new { done = false }, CancellationToken.None).ConfigureAwait(false);
        }
    }

    [LoggerMessage(3307, LogLevel.Warning, "A wrong key from {From}: {Action}", EventName = "KeyDeskKeyWrong")]
    private partial void LogWrong(string from, string action);

    [LoggerMessage(3305, LogLevel.Warning, "The admin key was used from {From}: {Action}", EventName = "AdminKeyChangesKeys")]
    private partial void LogAdminKey(string from, string action);

    [LoggerMessage(3306, LogLevel.Warning, "The journal does not tell of {Action} {Kid} from {From}: no checkout answers",
        EventName = "KeyChangeNotInJournal")]
    private partial void LogUntold(string action, string? kid, string from);
}
