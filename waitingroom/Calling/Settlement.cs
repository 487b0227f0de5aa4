using FlashSale.Queue;

namespace FlashSale.Calling;

/// <summary>What has become of a place, as <c>settle.lua</c> writes it.</summary>
public enum SettlementKind
{
    /// <summary>It is admitted (only while a line is begun anew).</summary>
    Admit,

    /// <summary>Its unit is in a cart.</summary>
    Hold,

    /// <summary>It has bought its unit.</summary>
    Sell,

    /// <summary>Its reservation has ended without a purchase.</summary>
    Release,

    /// <summary>Its turn has passed unused.</summary>
    Miss,

    /// <summary>Its turn was not its own to miss: it is called again, from the front.</summary>
    Requeue,
}

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
