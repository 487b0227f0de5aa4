using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlashSale.Contract;

internal sealed class StorefrontIdJson : JsonConverter<StorefrontId>
{
    public override StorefrontId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        StorefrontId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("not a storefront id");

    public override void Write(Utf8JsonWriter writer, StorefrontId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
