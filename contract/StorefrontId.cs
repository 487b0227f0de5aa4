using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace FlashSale.Contract;

/// <summary>A storefront's id, in the form of a <see cref="SaleId"/>.</summary>
[JsonConverter(typeof(StorefrontIdJson))]
public readonly record struct StorefrontId
{
    private StorefrontId(string value) => Value = value;

    public string Value { get; }

    /// <exception cref="FormatException">The text is not an id.</exception>
    public static StorefrontId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("not a storefront id");

    public static bool TryParse([NotNullWhen(true)] string? text, out StorefrontId id)
    {
        id = Identifier.IsValid(text) ? new StorefrontId(text) : default;
        return id.Value is not null;
    }

    public override string ToString() => Value;
}
