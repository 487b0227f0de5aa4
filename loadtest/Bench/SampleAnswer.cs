namespace FlashSale.LoadTest.Bench;

/// <summary>Everything of an answer but what a server adds to each (<see cref="OfTheServer"/>).</summary>
public sealed record SampleAnswer(int Status, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public static IReadOnlySet<string> OfTheServer { get; } =
        new HashSet<string>(["Date", "Content-Length", "Connection", "Server"], StringComparer.OrdinalIgnoreCase);
}
