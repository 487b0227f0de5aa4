using FlashSale.Queue;

namespace FlashSale.Calling;

/// <summary>What <c>settle.lua</c> shall write of a place.</summary>
/// <param name="Value">The admission as kept in Redis, or the member of returning; empty where neither is needed.</param>
public readonly record struct Settlement(SettlementKind Kind, Place Place, string Value)
{
    public static Settlement Admit(AdmittedPlace admission) => new(SettlementKind.Admit, admission.Place, admission.Value);

    public static Settlement Hold(AdmittedPlace admission) => new(SettlementKind.Hold, admission.Place, admission.Value);

    public static Settlement Sell(Place place) => new(SettlementKind.Sell, place, "");

    public static Settlement Release(Place place) => new(SettlementKind.Release, place, "");

    public static Settlement Miss(Place place) => new(SettlementKind.Miss, place, "");

    public static Settlement Requeue(AdmittedPlace admission) =>
        new(SettlementKind.Requeue, admission.Place, LineKeys.Member(admission.Place, admission.Rank));
}
