using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

using FlashSale.Checkout.Access;
using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

using MySqlConnector;

namespace FlashSale.Checkout.Journal;

/// <summary>One change, for the journal: it says what, and what was there before and after, without secrets.</summary>
/// <param name="Action">What was done to what: <c>sale.change</c>.</param>
internal sealed record JournalEntry(string Action)
{
    /// <summary>Stands for a secret.</summary>
    public const string Secret = "(secret)", AnotherSecret = "(another secret)";

    /// <summary>As it is said: a text in any language takes no more room than it must. It is shown as text alone.</summary>
    private static readonly JsonSerializerOptions s_json = new(Wire.Json) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public SaleId? Sale { get; init; }

    /// <summary>Whose it is; null for what is nobody's: operators and signing keys.</summary>
    public StorefrontId? Storefront { get; init; }

    /// <summary>What else was changed: an operator's name, a key's id.</summary>
    public string? Subject { get; init; }

    /// <summary>Null for what was not there.</summary>
    public JsonObject? Before { get; init; }

    /// <summary>Null for what is there no more.</summary>
    public JsonObject? After { get; init; }

    public static JsonObject Json(object value) => JsonSerializer.SerializeToNode(value, Wire.Json)!.AsObject();

    /// <summary>Writes it within the change's own transaction: neither is there without the other.</summary>
    public Task WriteAsync(MySqlTransaction change, Operator who, CancellationToken cancel) =>
        change.RunAsync(JournalSql.Insert, Row(who), cancel);

    /// <summary>Writes it before a change that is not the ledger's; its number, for <see cref="JournalSql.Done"/>.</summary>
    public Task<long> WriteAsync(LedgerDatabase ledger, Operator who, CancellationToken cancel) =>
        ledger.FindAsync<long>(JournalSql.Insert + "; SELECT LAST_INSERT_ID()", Row(who), cancel);

    private object Row(Operator who)
    {
        var (before, after) = (Before, After);
        if (before is not null && after is not null)
        {
            // Only what is another now.
            var same = before.Where(one => JsonNode.DeepEquals(one.Value, after[one.Key])).Select(one => one.Key).ToHashSet();
            (before, after) = (Without(before, same), Without(after, same));
        }
        return new
        {
            actor = who.Name,
            address = who.From,
            action = Action,
            sale = Sale?.Value,
            storefront = Storefront?.Value,
            subject = Subject,
            before = before?.ToJsonString(s_json),
            after = after?.ToJsonString(s_json),
        };
    }

    private static JsonObject Without(JsonObject all, HashSet<string> names) =>
        new(all.Where(one => !names.Contains(one.Key)).Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone())));
}
