namespace FlashSale.LoadTest.Chaos.Parts;

/// <summary>Servers of a chaos run, the ledger's or the line's, which are ours to break.</summary>
internal interface IPart : IAsyncDisposable
{
    /// <summary>For the services: through a link, where there is one.</summary>
    string ForServices { get; }

    /// <summary>Past the links: for the checker.</summary>
    string ForChecker { get; }

    /// <summary>What can be done to them; each ends with them whole again.</summary>
    IReadOnlyList<ChaosFault> Faults { get; }
}
