namespace FlashSale.LoadTest.Chaos.Parts;

/// <summary>Packets that a host's own kernel drops.</summary>
/// <param name="Address">Of the other host; null for all.</param>
/// <param name="Sent">What this host sends; else what it is sent.</param>
/// <param name="Percent">How many of them, by chance.</param>
internal sealed record NetworkRule(string? Address, bool Sent, int Percent = 100)
{
    /// <summary>As a rule of nftables.</summary>
    public override string ToString() =>
        $"add rule inet faults {(Sent ? "sent" : "received")} "
        + (Address is null ? $"meta {(Sent ? "oiftype" : "iiftype")} != loopback " : $"ip {(Sent ? "daddr" : "saddr")} {Address} ")
        + (Percent < 100 ? $"numgen random mod 100 < {Percent} " : "") + "drop";
}
