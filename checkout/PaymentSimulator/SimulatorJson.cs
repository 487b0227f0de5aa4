using System.Text.Json;
using System.Text.Json.Serialization;

using FlashSale.PaymentSimulator.Faults;
using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Movement))]
[JsonSerializable(typeof(FaultPlan))]
internal sealed partial class SimulatorJson : JsonSerializerContext;
