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
