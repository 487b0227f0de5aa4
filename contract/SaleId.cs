using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace FlashSale.Contract;

/// <summary>A sale's id: <c>^[a-z0-9][a-z0-9-]{0,62}$</c>.</summary>
[JsonConverter(typeof(SaleIdJson))]
public readonly record struct SaleId
{
    private SaleId(string value) => Value = value;

    public string Value { get; }

    /// <exception cref="FormatException">The text is not an id.</exception>
    public static SaleId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("not a sale id");

    public static bool TryParse([NotNullWhen(true)] string? text, out SaleId id)
    {
        id = Identifier.IsValid(text) ? new SaleId(text) : default;
        return id.Value is not null;
    }

    public override string ToString() => Value;
}
