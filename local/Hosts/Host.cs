using FlashSale.Local.Processes;

namespace FlashSale.Local.Hosts;

/// <summary>Where a process runs: on this machine, or in a network namespace that stands for a machine of its own.</summary>
/// <param name="Address">On which it listens, and others reach it.</param>
/// <param name="Enter">The words before its command that bring it there; none on this machine.</param>
/// <param name="Environment">Added to what it is given: its own clock.</param>
public sealed record Host(string Address, IReadOnlyList<string> Enter, IReadOnlyDictionary<string, string> Environment)
{
    public static Host Local { get; } = new("127.0.0.1", [], new Dictionary<string, string>());

    /// <summary>The same, there.</summary>
    public ChildStart Here(ChildStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (Enter.Count == 0) return start;
        return start with
        {
            File = Enter[0],
            Arguments = [.. Enter.Skip(1), start.File, .. start.Arguments],
            Environment = Environment.Concat(start.Environment ?? new Dictionary<string, string>())
                .ToDictionary(pair => pair.Key, pair => pair.Value),
        };
    }
}
