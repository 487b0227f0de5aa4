namespace FlashSale.LoadTest.Bench;

/// <summary>How long a bench takes.</summary>
/// <param name="Pairs">How often a figure with an edge of its own starts one anew, and its baseline.</param>
/// <param name="RoundsOfPair">Rounds that count of each such pair, of each side.</param>
/// <param name="Rounds">Rounds that count of the other figures, of each side.</param>
/// <param name="Round">The length of one, whole seconds.</param>
/// <param name="Crowd">Waiting shoppers in the memory figures.</param>
/// <param name="Connections">Of the load on the edge and its baselines; null: as each figure has it.</param>
public sealed record BenchSize(int Pairs, int RoundsOfPair, int Rounds, TimeSpan Round, int Crowd, int? Connections = null)
{
    public static BenchSize Full { get; } = new(3, 2, 5, TimeSpan.FromSeconds(4), 1_000_000);

    /// <summary>Each figure of the growing line.</summary>
    public static BenchSize Growth { get; } = new(1, 2, 2, TimeSpan.FromSeconds(3), 1_000_000);

    /// <summary>For a quick look while developing: the same figures with more noise.</summary>
    public static BenchSize Quick { get; } = new(1, 2, 2, TimeSpan.FromSeconds(2), 200_000);
}
