namespace FlashSale.Tests.Simulation.Mutations;

/// <summary>A plausible mistake: a text of a file that stands there once, and what stands there instead.</summary>
/// <param name="File">From the root of the repository.</param>
public sealed record Mutation(string Name, string File, string Right, string Wrong)
{
    /// <summary>The faults under which it shows, where it takes several of few kinds; none for all kinds.</summary>
    public string[] Faults { get; init; } = [];

    /// <summary>
    /// A sale that shows it, as a search has found it; 0 where one of the first does. It only saves the search: when another change
    /// has made it show nothing, the test searches again, and names the sale to be written here.
    /// </summary>
    public ulong Sale { get; init; }

    /// <summary>The file's text with the mistake in it; other files' as it is.</summary>
    public string Apply(string file, string text)
    {
        if (file != File) return text;
        var at = text.IndexOf(Right, StringComparison.Ordinal);
        if (at < 0 || text.IndexOf(Right, at + 1, StringComparison.Ordinal) >= 0)
            throw new InvalidOperationException($"{Name}: its text must stand in {File} exactly once");
        return string.Concat(text.AsSpan(0, at), Wrong, text.AsSpan(at + Right.Length));
    }

    public override string ToString() => Name;
}
