using System.Text.Json.Serialization;

namespace FlashSale.Contract;

/// <summary>In which order the line is called.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LineOrder>))]
public enum LineOrder
{
    /// <summary>First come, first served.</summary>
    [JsonStringEnumMemberName("fifo")] Fifo,

    /// <summary>Everyone who joined before the start has an equal chance; later ones follow in order.</summary>
    [JsonStringEnumMemberName("shuffle")] Shuffle,
}
