using System.Text.Json.Serialization;

namespace FlashSale.Checkout.Access;

/// <summary>What an operator may do, as stored: each may do what those before it may.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OperatorRole>))]
public enum OperatorRole
{
    /// <summary>Sees.</summary>
    [JsonStringEnumMemberName("viewer")] Viewer = 1,

    /// <summary>Runs sales.</summary>
    [JsonStringEnumMemberName("operator")] Operator = 2,

    /// <summary>Sets up storefronts, keys and operators.</summary>
    [JsonStringEnumMemberName("admin")] Admin = 3,
}
