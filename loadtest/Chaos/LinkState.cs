namespace FlashSale.LoadTest.Chaos;

/// <summary>What the link does with what is sent over it.</summary>
public enum LinkState
{
    /// <summary>Passes everything.</summary>
    Up,

    /// <summary>Keeps connections open and passes nothing: a partition. New connections are accepted and stall too.</summary>
    Stalled,

    /// <summary>Resets every connection, old and new.</summary>
    Refusing,
}
