using System.Globalization;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>When the shoppers of a run arrive.</summary>
/// <param name="Over">From the first to the last, unless a file says.</param>
/// <param name="File">The recorded arrivals of a replay.</param>
public sealed record Arrivals(ArrivalShape Shape, TimeSpan Over, string? File = null)
{
    /// <summary>
    /// Longer files are an error: such a crowd needs several machines, and a part of the file on each.
    /// </summary>
    public const int MostArrivals = 5_000_000;

    private const double MostSeconds = 7 * 86_400;
    private const double SpikeShare = 0.8;
    private const double SpikeTime = 0.1;

    public static Arrivals Constant(TimeSpan over) => new(ArrivalShape.Constant, over);

    public static Arrivals Ramp(TimeSpan over) => new(ArrivalShape.Ramp, over);

    public static Arrivals Spike(TimeSpan over) => new(ArrivalShape.Spike, over);

    /// <summary><c>constant:60</c>, <c>ramp:60</c>, <c>spike:60</c> (seconds), or <c>file:PATH</c>.</summary>
    /// <exception cref="FormatException">None of these.</exception>
    public static Arrivals Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(':', 2);
        if (parts is ["file", { Length: > 0 } path]) return new Arrivals(ArrivalShape.Replay, TimeSpan.Zero, path);
        return parts.Length == 2 && Enum.TryParse<ArrivalShape>(parts[0], ignoreCase: true, out var shape)
            && shape != ArrivalShape.Replay && Number(parts[1]) is { } seconds and > 0 and <= MostSeconds
                ? new Arrivals(shape, TimeSpan.FromSeconds(seconds))
                : throw new FormatException($"{text} is none of constant:SECONDS, ramp:SECONDS, spike:SECONDS, file:PATH");
    }

    /// <summary>
    /// Ascending times from the beginning of the run; as many as the file has for a replay.
    /// </summary>
    /// <exception cref="FormatException">The file has a line that is no number of seconds, or
    /// none.</exception>
    public IReadOnlyList<TimeSpan> Times(int shoppers, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (Shape == ArrivalShape.Replay) return Read(System.IO.File.ReadLines(File!));
        var times = new TimeSpan[shoppers];
        for (var i = 0; i < shoppers; i++) times[i] = Over * Moment(random.NextDouble());
        Array.Sort(times);
        return times;
    }

    /// <summary>
    /// Recorded arrivals, moved so that the first comes at once. A first line of words is a heading.
    /// </summary>
    public static IReadOnlyList<TimeSpan> Read(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var seconds = new List<double>();
        var row = 0;
        foreach (var line in lines)
        {
            row++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (Number(line.Split(',', ';', '\t')[0]) is { } at) seconds.Add(at);
            else if (row > 1) throw new FormatException($"line {row} of the arrivals is no number of seconds: {line}");
            if (seconds.Count > MostArrivals) throw new FormatException($"more than {MostArrivals} arrivals");
        }
        if (seconds.Count == 0) throw new FormatException("the file has no arrivals");
        seconds.Sort();
        if (seconds[^1] - seconds[0] > MostSeconds)
            throw new FormatException($"the arrivals are {seconds[^1] - seconds[0]:f0} s apart; at most {MostSeconds:f0} s can be replayed");
        return [.. seconds.Select(at => TimeSpan.FromSeconds(at - seconds[0]))];
    }

    public override string ToString() => Shape == ArrivalShape.Replay
        ? $"file:{File}"
        : string.Create(CultureInfo.InvariantCulture, $"{Shape.ToString().ToLowerInvariant()}:{Over.TotalSeconds}");

    /// <summary>
    /// When this share of the shoppers has come, as a share of the time. Uniform draws of it, sorted, are a Poisson process
    /// of a known number of arrivals. Not for a replay, whose file says.
    /// </summary>
    public double Moment(double share) => Shape switch
    {
        ArrivalShape.Ramp => Math.Sqrt(share),
        ArrivalShape.Spike when share < SpikeShare => SpikeTime * share / SpikeShare,
        ArrivalShape.Spike => SpikeTime + (1 - SpikeTime) * Math.Pow((share - SpikeShare) / (1 - SpikeShare), 2),
        _ => share,
    };

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number : null;
}
