using System.Text.Json.Serialization;

namespace FlashSale.Contract;

/// <summary>What the ledger knows of a unit that is not simply free.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UnitState>))]
public enum UnitState
{
    /// <summary>In a cart (also while its payment is being captured).</summary>
    [JsonStringEnumMemberName("held")] Held,
    [JsonStringEnumMemberName("sold")] Sold,

    /// <summary>Given back lately: the admission is spent and the unit is free.</summary>
    [JsonStringEnumMemberName("released")] Released,

    /// <summary>Taken out of the sale by a smaller inventory; belongs to no admission.</summary>
    [JsonStringEnumMemberName("withdrawn")] Withdrawn,
}
