using System.Text.RegularExpressions;

using FlashSale.Local;

namespace FlashSale.Tests.Architecture;

/// <summary>
/// The rooms of a project (its first level of folders; what lies in none is the room <see cref="Root"/>) and which knows
/// which. Read from the source: a constant of another room leaves no trace in what is compiled. The project's
/// <c>Program.cs</c> is nobody's room: it knows them all.
/// </summary>
public sealed partial class Rooms
{
    public const string Root = "(root)";

    private readonly Dictionary<string, HashSet<string>> _known;

    private Rooms(IReadOnlyList<RoomEdge> edges)
    {
        Edges = edges;
        _known = edges.GroupBy(edge => edge.From).ToDictionary(
            group => group.Key, group => group.Select(edge => edge.To).ToHashSet());
    }

    public IReadOnlyList<RoomEdge> Edges { get; }

    /// <param name="folder">Below the repository's root.</param>
    public static Rooms OfProject(string folder, string rootNamespace) =>
        Of(SourceFile.Under(Path.Combine(Repository.Root, folder)), rootNamespace);

    public static Rooms Of(IEnumerable<SourceFile> files, string rootNamespace)
    {
        var sources = files.Where(file => file.Path != "Program.cs")
            .Select(file => (Room: RoomOf(file.Path), file.Path, Code: Comments().Replace(file.Text, ""))).ToList();
        var types = sources.GroupBy(source => source.Room).ToDictionary(
            room => room.Key,
            room => room.SelectMany(source => Declarations().Matches(source.Code)).Select(one => one.Groups[1].Value).ToHashSet());
        var edges = new List<RoomEdge>();
        foreach (var (room, path, code) in sources)
        {
            var known = Namespaces(code, rootNamespace).Where(types.ContainsKey)
                .Concat(types.Keys.Where(other => Names(code, other, types[other], types[room])));
            edges.AddRange(known.Where(other => other != room).Distinct().Select(other => new RoomEdge(room, other, path)));
        }

        return new Rooms(edges);
    }

    /// <summary>A shortest circle, as the rooms on it; null when there is none.</summary>
    public IReadOnlyList<string>? Circle() => _known.Keys.Order(StringComparer.Ordinal)
        .Select(WayBack).Where(way => way is not null).MinBy(way => way!.Count);

    /// <summary>The same without what is allowed.</summary>
    public Rooms Without(IEnumerable<(string From, string To)> allowed) =>
        new([.. Edges.Where(edge => !allowed.Contains((edge.From, edge.To)))]);

    private List<string>? WayBack(string start)
    {
        var (ways, seen) = (new Queue<List<string>>([[start]]), new HashSet<string>());
        while (ways.TryDequeue(out var way))
        {
            foreach (var next in _known.GetValueOrDefault(way[^1], []))
            {
                if (next == start) return [.. way, start];
                if (seen.Add(next)) ways.Enqueue([.. way, next]);
            }
        }

        return null;
    }

    private static string RoomOf(string path) => path.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? path[..slash] : Root;

    private static IEnumerable<string> Namespaces(string code, string rootNamespace) =>
        Usings().Matches(code).Select(use => use.Groups[1].Value)
            .Where(name => name.StartsWith(rootNamespace + ".", StringComparison.Ordinal))
            .Select(name => name[(rootNamespace.Length + 1)..].Split('.')[0]);

    /// <summary>By <c>Room.Type</c>; of the root, whose types need no namespace, by the type alone.</summary>
    private static bool Names(string code, string room, HashSet<string> its, HashSet<string> own) => room == Root
        ? Words().Matches(code).Any(word => its.Contains(word.Value) && !own.Contains(word.Value))
        : Regex.Matches(code, $@"(?<![\w.]){room}((?:\.\w+)+)").SelectMany(match => match.Groups[1].Value.Split('.'))
            .Any(its.Contains);

    [GeneratedRegex(@"//.*|/\*[\s\S]*?\*/")]
    private static partial Regex Comments();

    [GeneratedRegex(@"^\s*(?:global )?using (?:static )?(?:\w+ = )?([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex Usings();

    [GeneratedRegex(@"\b(?:class|interface|enum|struct|record(?: struct| class)?|delegate [\w<>?,.]+) (\w+)")]
    private static partial Regex Declarations();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();
}
