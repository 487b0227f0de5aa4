namespace FlashSale.Tests.Simulation;

/// <summary>What was done, and how it ended.</summary>
internal sealed class LineTally
{
    private static readonly string[] s_joined = ["had it", "new", "bought", "not paid"];

    public SortedDictionary<string, int> Operations { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, int> Outcomes { get; } = new(StringComparer.Ordinal);

    public int Total => Operations.Values.Sum();

    public void Add(LineOperation operation, string told)
    {
        Count(Operations, operation.Kind);
        if (operation is not LineOperation.Call { Script: var script }) return;
        foreach (var outcome in OutcomesOf(script.Name, told)) Count(Outcomes, $"{script.Name}: {outcome}");
    }

    private static IEnumerable<string> OutcomesOf(string script, string told)
    {
        if (told is "nil" or "error") return [told is "nil" ? "refused" : told];
        var parts = told.Trim('[', ']').Split(", ");
        return script switch
        {
            "look" => [parts[0].Trim('\'')],
            "claim" => [$"state {parts[0]}"],
            "leave" => [$"state {parts[0]}"],
            "status" => parts.Where((_, i) => i % 2 == 0).Select(state => $"state {state}"),
            "join" => parts.Select(code =>
                int.Parse(code, null) switch { < 0 => "too soon", var one => s_joined[one & 3] }),
            "admit" => parts.Select(one =>
                one switch { "1" => "admitted", "0" => "not admitted", _ => "nobody" }),
            "lease" => [parts[0] == "0" ? "not granted" : "granted"],
            "publish" => [told.StartsWith("[0, ", StringComparison.Ordinal) ? "published" : "refused"],
            _ => [told == "1" ? "done" : "refused"],
        };
    }

    private static void Count(SortedDictionary<string, int> counts, string name) =>
        counts[name] = counts.GetValueOrDefault(name) + 1;
}
