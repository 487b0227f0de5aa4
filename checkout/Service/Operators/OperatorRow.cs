using System.Text.Json.Nodes;

using FlashSale.Checkout.Access;
using FlashSale.Checkout.Journal;
using FlashSale.Contract;

namespace FlashSale.Checkout.Operators;

/// <summary>A row of <c>operators</c>, without its key.</summary>
internal sealed record OperatorRow
{
    public string Name { get; init; } = "";
    public OperatorRole Role { get; init; }
    public string? Storefront { get; init; }
    public DateTime CreatedAt { get; init; }
    public DateTime ExpiresAt { get; init; }

    public OperatorView ToView(string? apiKey = null) =>
        new(Name, Role, Storefront is null ? null : StorefrontId.Parse(Storefront), CreatedAt, ExpiresAt, apiKey);

    /// <summary>What the journal tells.</summary>
    public JsonObject Told() => JournalEntry.Json(new { Role, Storefront, ExpiresAt = new DateTimeOffset(ExpiresAt, TimeSpan.Zero) });
}
