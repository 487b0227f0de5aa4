using System.Text.Json.Serialization;

namespace FlashSale.Queue;

/// <summary>The board's JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(LineBoard))]
public sealed partial class LineJson : JsonSerializerContext;
