using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlashSale.PaymentSimulator.Money;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Movement))]
internal sealed partial class MoneyJson : JsonSerializerContext;
