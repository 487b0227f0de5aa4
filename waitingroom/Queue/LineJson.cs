using System.Text.Json.Serialization;

namespace FlashSale.Queue;

/// <summary>The board's JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LineBoard))]
public sealed partial class LineJson : JsonSerializerContext;
