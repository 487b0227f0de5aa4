using System.Text.Json.Serialization;

namespace FlashSale.Contract;

/// <summary>Who may join.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IdentityRule>))]
public enum IdentityRule
{
    /// <summary>Anyone: a visitor cookie is the shopper.</summary>
    [JsonStringEnumMemberName("anonymous")] Anonymous,

    /// <summary>Only who brings the storefront's enqueue token.</summary>
    [JsonStringEnumMemberName("storefront")] Storefront,
}
