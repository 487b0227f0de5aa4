using System.Globalization;
using System.Text.Json;

using FlashSale.Checkout.Reservations;
using FlashSale.Contract;
using FlashSale.Simulator.Models;

using MySqlConnector;

namespace FlashSale.Tests.Simulation;

/// <summary>
/// What the model and the database hold and answer, in the same words. The database's ids are told by the
/// model's.
/// </summary>
internal sealed class LedgerText
{
    /// <summary>
    /// Every row, in the words of <see cref="Of(LedgerRow)"/> and with what its unique keys hold.
    /// </summary>
    private const string Rows =
        """
        SELECT id, unit, COALESCE(CONVERT(shopper USING utf8mb4), ''), COALESCE(admission, ''), place, state,
          COALESCE(reason, 0), secured_by, by_storefront, created_at, pay_by, release_at, changed_at,
          CONCAT(COALESCE(live_unit, '-'), ' ', COALESCE(CONVERT(live_shopper USING utf8mb4), '-')),
          order_number
        FROM reservations
        """;

    private const string Pulse = "SELECT beat_at FROM ledger_pulse";

    private readonly Dictionary<Guid, long> _ids = [];
    private readonly Dictionary<long, Guid> _guids = [];

    /// <summary>
    /// A reservation's id in the database; one that nobody has when the model has no such row.
    /// </summary>
    public Guid KeyOf(long id) => _guids.TryGetValue(id, out var guid) ? guid : Key(id, 2);

    public bool Knows(long id) => _guids.ContainsKey(id);

    public static Guid Attempt(long attempt) => Key(attempt, 1);

    /// <summary>From now on the row is known to the model by this id.</summary>
    public void Learn(long id, Guid guid) => (_ids[guid], _guids[id]) = (id, guid);

    public static string Of(LedgerRow row) => Of(
        row.Id, row.Unit, row.Shopper, row.Admission, row.Place, (int)row.State, (int)row.Reason,
        row.SecuredBy, row.ByStorefront, row.CreatedAt, row.PayBy, row.ReleaseAt, row.ChangedAt);

    public string Of(Reservation row) => Of(
        _ids.GetValueOrDefault(row.Id), row.Unit, row.Shopper, row.Admission, row.Place, (int)row.State,
        (int?)row.Reason ?? 0, AttemptOf(row.SecuredBy), row.ByStorefront, row.CreatedAt, row.PayBy,
        row.ReleaseAt, row.ChangedAt);

    public string Of(ReserveOutcome outcome, long id) => outcome switch
    {
        ReserveOutcome.Reserved(var row) => $"Reserved {Told(id, row)}",
        ReserveOutcome.Repeated(var row) => $"Repeated {Of(row)}",
        ReserveOutcome.AlreadyReserved(var other) => $"AlreadyReserved {_ids.GetValueOrDefault(other.Value)}",
        _ => outcome.GetType().Name,
    };

    public static string Of(RedeemOutcome outcome) => outcome switch
    {
        RedeemOutcome.Reserved(var row) => $"Reserved {Of(row)}",
        RedeemOutcome.Repeated(var row) => $"Repeated {Of(row)}",
        RedeemOutcome.AlreadyReserved(var id) => $"AlreadyReserved {id}",
        _ => outcome.GetType().Name,
    };

    public string Of(TransitionOutcome outcome) => outcome switch
    {
        TransitionOutcome.Done(var row) => $"Done {Of(row)}",
        TransitionOutcome.Refused(var row) => $"Refused {Of(row)}",
        _ => outcome.GetType().Name,
    };

    public static string Of(StepOutcome outcome) => outcome switch
    {
        StepOutcome.Done(var row) => $"Done {Of(row)}",
        StepOutcome.Refused(var row) => $"Refused {Of(row)}",
        _ => outcome.GetType().Name,
    };

    /// <summary>The order of units in a pull means nothing.</summary>
    public static string Of(LedgerSnapshot? snapshot)
    {
        if (snapshot is null) return "none";
        var units = snapshot.Units.OrderBy(row => row.Unit).ThenBy(row => row.State)
            .ThenBy(row => row.Admission, StringComparer.Ordinal);
        return JsonSerializer.Serialize(snapshot with { Units = [.. units] }, Wire.Json);
    }

    /// <summary>Rows and pulse of the model.</summary>
    public static List<string> Of(LedgerModel model) =>
    [
        .. model.Rows.Select(row => Of(row) + Keys(row) + (row.State is RowState.Sold ? " ordered" : ""))
            .Order(StringComparer.Ordinal),
        $"pulse {Ms(model.BeatAt)}",
    ];

    private static string Keys(LedgerRow row) => !row.Occupies ? " live - -"
        : $" live {row.Unit} {(row.IsWithdrawn ? "-" : row.Shopper)}";

    /// <summary>The same of the database.</summary>
    public Task<List<string>> ReadAsync(LedgerSide side, CancellationToken cancel) =>
        side.Ledger.RunAsync<List<string>>(async (connection, stop) =>
        {
            var texts = new List<string>();
            await using var command = new MySqlCommand(Rows + "; " + Pulse, connection);
            await using var row = await command.ExecuteReaderAsync(stop);
            while (await row.ReadAsync(stop))
            {
                var id = row.GetString(2).Length == 0 ? -1 : _ids.GetValueOrDefault(row.GetGuid(0));
                texts.Add(Of(
                    id, row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetInt32(5),
                    row.GetInt32(6), AttemptOf(row.IsDBNull(7) ? null : row.GetGuid(7)), row.GetInt32(8) == 1,
                    row.GetDateTime(9), row.GetDateTime(10), row.GetDateTime(11), row.GetDateTime(12))
                    + " live " + row.GetString(13) + (row.IsDBNull(14) ? "" : " ordered"));
            }
            texts.Sort(StringComparer.Ordinal);
            await row.NextResultAsync(stop);
            await row.ReadAsync(stop);
            return [.. texts, $"pulse {Ms(row.GetDateTime(0))}"];
        }, cancel);

    private string Told(long id, Reservation row)
    {
        if (!_ids.ContainsKey(row.Id)) Learn(id, row.Id);
        return Of(row);
    }

    private static long AttemptOf(Guid? attempt)
    {
        if (attempt is not { } guid) return 0;
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes);
        return BitConverter.ToInt64(bytes);
    }

    private static Guid Key(long low, long high)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, low);
        BitConverter.TryWriteBytes(bytes[8..], high);
        return new Guid(bytes);
    }

    /// <summary>Whoever withdraws a unit chooses its row's id.</summary>
    private static string Of(
        long id, int unit, string shopper, string admission, long place, int state, int reason,
        long securedBy, bool byStorefront, DateTimeOffset createdAt, DateTimeOffset payBy,
        DateTimeOffset releaseAt, DateTimeOffset changedAt) => string.Create(CultureInfo.InvariantCulture,
            $"#{(id < 0 ? "w" : id)} unit {unit} '{shopper}' {admission} place {place} {(RowState)state}"
            + $" {(RowReason)reason} by {securedBy} {(byStorefront ? "storefront" : "token")}"
            + $" created {Ms(createdAt)} pay {Ms(payBy)} release {Ms(releaseAt)} changed {Ms(changedAt)}");

    private static string Ms(DateTimeOffset time) =>
        time.ToString("d HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
