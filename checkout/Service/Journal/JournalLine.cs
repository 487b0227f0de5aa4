using System.Text.Json;

namespace FlashSale.Checkout.Journal;

/// <summary>One change, as operators see it.</summary>
/// <param name="Subject">What else was changed: an operator's name, a key's id.</param>
/// <param name="Before">What was changed, as it was; null for what was not there.</param>
public sealed record JournalLine(
    long No, DateTimeOffset At, string Actor, string From, string Action, string? Sale, string? Storefront, string? Subject,
    JsonElement? Before, JsonElement? After);
