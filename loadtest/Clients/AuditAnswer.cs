using System.Text.Json;

namespace FlashSale.LoadTest.Clients;

/// <summary>The audit of one sale; a violation may be a text or a record.</summary>
public sealed record AuditAnswer(
    bool Ok, int Inventory, int Available, int Admitted, int Held, int Sold, IReadOnlyList<JsonElement> Violations)
{
    /// <summary>Null when no waiting room answered: then nobody has checked the admissions.</summary>
    public LineAnswer? Line { get; init; }

    /// <summary>Whether the provider's own books were compared.</summary>
    public bool Provider { get; init; }
}
