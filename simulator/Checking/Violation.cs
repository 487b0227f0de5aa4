namespace FlashSale.Simulator.Checking;

/// <summary>Something that must not happen has happened.</summary>
/// <param name="Invariant">
/// Its number; 9 is that whoever does as told hears of the turn, and 0 and less are those of <see cref="JudgedSale"/>.
/// </param>
/// <param name="What">In a sentence.</param>
/// <param name="Facts">What led to it, the last one is where it showed.</param>
public sealed record Violation(int Invariant, string What, IReadOnlyList<Fact> Facts)
{
    public long At => Facts[^1].At;

    public override string ToString() => $"{Invariant}: {What}";
}
