using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlashSale.PaymentSimulator.Faults;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(FaultPlan))]
internal sealed partial class FaultJson : JsonSerializerContext;
