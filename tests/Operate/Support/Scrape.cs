using System.Globalization;

using FlashSale.Tests.Support;

namespace FlashSale.Tests.Operate.Support;

/// <summary>What every service of a system told at one moment.</summary>
public sealed record Scrape(IReadOnlyList<Sample> Samples)
{
    public static async Task<Scrape> OfAsync(TestSystem system)
    {
        using var http = new HttpClient();
        var samples = new List<Sample>();
        foreach (var url in system.ScrapeUrls)
            samples.AddRange(Read(await http.GetStringAsync(new Uri(url, "/metrics"))));
        return new Scrape(samples);
    }

    /// <summary>The sum of a metric's samples whose labels contain all of these texts.</summary>
    public double Sum(string name, params string[] labels) => Samples
        .Where(sample =>
            sample.Name == name
            && labels.All(label => sample.Series.Contains(label, StringComparison.Ordinal)))
        .Sum(sample => sample.Value);

    /// <summary>Reads Prometheus' text format.</summary>
    internal static IEnumerable<Sample> Read(string text)
    {
        var (job, counter) = ("", false);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
                counter = line.EndsWith(" counter", StringComparison.Ordinal)
                    || line.EndsWith(" histogram", StringComparison.Ordinal);
            if (line[0] == '#') continue;
            var (brace, end) = (line.IndexOf('{', StringComparison.Ordinal), line.LastIndexOf('}'));
            var (name, labels) = brace < 0
                ? (line[..line.IndexOf(' ', StringComparison.Ordinal)], "")
                : (line[..brace], line[(brace + 1)..end]);
            if (name == "target_info") job = Label(labels, "service_name");
            var value = line[(brace < 0 ? name.Length : end + 1)..].Trim().Split(' ')[0];
            yield return new Sample(
                name, $$"""{{name}}{job="{{job}}"{{(labels.Length > 0 ? "," : "")}}{{labels}}}""",
                Number(value), counter);
        }
    }

    private static string Label(string labels, string name) =>
        labels.Split(name + "=\"")[1].Split('"')[0];

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
