using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlashSale.Contract;

internal sealed class SaleIdJson : JsonConverter<SaleId>
{
    public override SaleId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        SaleId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("not a sale id");

    public override void Write(Utf8JsonWriter writer, SaleId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
