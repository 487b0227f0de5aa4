using System.Text.Json;

using FlashSale.Checkout.Access;
using FlashSale.Checkout.Http;
using FlashSale.Contract;

namespace FlashSale.Checkout.Operators;

/// <summary>Applies the fields of a body to an operator; every wrong one adds one line to <see cref="Errors"/>.</summary>
internal sealed class OperatorSettings(JsonElement body)
{
    /// <summary>Of a key, unless told otherwise, and at the most: nobody remembers a key for longer.</summary>
    public const int UsualDays = 90, MaxDays = 366;

    private readonly List<string> _errors = [];

    public IReadOnlyList<string> Errors => _errors;

    /// <param name="row">As it is; null for a new one, which needs a role.</param>
    /// <param name="now">The database's clock.</param>
    public OperatorRow ApplyTo(OperatorRow? row, string name, DateTime now)
    {
        var old = row ?? new OperatorRow { Name = name, CreatedAt = now, ExpiresAt = now.AddDays(UsualDays) };
        return old with
        {
            Role = Role(row?.Role),
            Storefront = Storefront(old.Storefront),
            ExpiresAt = Expiry(old.ExpiresAt, now),
        };
    }

    private OperatorRole Role(OperatorRole? now)
    {
        var text = body.TryGetProperty("role", out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
        if (value.ValueKind is JsonValueKind.Undefined && now is { } same) return same;
        switch (text)
        {
            case "viewer": return OperatorRole.Viewer;
            case "operator": return OperatorRole.Operator;
            case "admin": return OperatorRole.Admin;
        }
        _errors.Add("role: must be one of viewer, operator, admin");
        return default;
    }

    private string? Storefront(string? now)
    {
        if (!body.TryGetProperty("storefront", out var value)) return now;
        if (value.ValueKind is JsonValueKind.Null) return null;
        if (value.ValueKind is JsonValueKind.String && StorefrontId.TryParse(value.GetString(), out var id)) return id.Value;
        _errors.Add("storefront: must be a storefront's id, or null for all");
        return now;
    }

    private DateTime Expiry(DateTime old, DateTime now)
    {
        if (!body.TryGetProperty("expiresAt", out var value)) return old;
        if (ZonedTime.Read(value) is { } time && time.UtcDateTime > now && time.UtcDateTime <= now.AddDays(MaxDays)) return time.UtcDateTime;
        _errors.Add($"expiresAt: {ZonedTime.Rule}, after now and at most {MaxDays} days ahead");
        return old;
    }
}
