using System.Text.Json;

using FlashSale.Checkout.Ledger;

namespace FlashSale.Checkout.Payments.Refunds;

/// <summary>What the call of a refund wants.</summary>
/// <param name="MayJoinAgain">Whether the buyer may join the line of this sale again.</param>
public sealed record RefundRule(RefundUnit Unit, bool MayJoinAgain)
{
    /// <summary>Null when it can't be read: which unit must be said, as nothing that is wrong can be undone.</summary>
    public static RefundRule? Read(JsonElement body)
    {
        var unit = body.TryGetProperty("unit", out var word) && word.ValueKind is JsonValueKind.String ? word.GetString() : null;
        var mayJoin = body.TryGetProperty("mayJoinAgain", out var given) ? given.ValueKind : JsonValueKind.False;
        if (mayJoin is not (JsonValueKind.True or JsonValueKind.False)) return null;
        return unit switch
        {
            "resell" => new RefundRule(RefundUnit.Resell, mayJoin is JsonValueKind.True),
            "withdraw" => new RefundRule(RefundUnit.Withdraw, mayJoin is JsonValueKind.True),
            _ => null,
        };
    }
}
