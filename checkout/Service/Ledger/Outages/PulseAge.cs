namespace FlashSale.Checkout.Ledger.Outages;

/// <summary>What <see cref="PulseSql.Look"/> says of the pulse.</summary>
internal enum PulseAge
{
    Young = 0,

    /// <summary>It wants writing.</summary>
    Due = 1,

    /// <summary>Nobody has written it for too long: the ledger was out.</summary>
    Stale = 2,
}
