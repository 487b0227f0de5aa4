using System.Globalization;

using FlashSale.Local;

namespace FlashSale.Command;

/// <summary>Words, <c>--name value</c> (or <c>--name=value</c>) and <c>--flag</c>; an unknown option is an error.</summary>
public sealed class CommandLine
{
    private readonly List<string> _words = [];
    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _flags = [];

    private CommandLine() { }

    public IReadOnlyList<string> Words => _words;

    /// <param name="values">The names of options with a value.</param>
    /// <param name="flags">The names of options without.</param>
    /// <exception cref="UsageException">Another option, or one without its value.</exception>
    public static CommandLine Parse(IReadOnlyList<string> args, string[] values, string[] flags)
    {
        ArgumentNullException.ThrowIfNull(args);
        var line = new CommandLine();
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                line._words.Add(args[i]);
                continue;
            }

            var parts = args[i][2..].Split('=', 2);
            if (flags.Contains(parts[0]) && parts.Length == 1) line._flags.Add(parts[0]);
            else if (!values.Contains(parts[0])) throw new UsageException($"there is no option --{parts[0]}");
            else if (parts.Length == 2) line._values[parts[0]] = parts[1];
            else if (++i < args.Count) line._values[parts[0]] = args[i];
            else throw new UsageException($"--{parts[0]} needs a value");
        }
        return line;
    }

    public bool Has(string flag) => _flags.Contains(flag);

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public string? Text(string name) => _values.GetValueOrDefault(name);

    /// <exception cref="UsageException">Not a whole number in the range.</exception>
    public int Number(string name, int otherwise, int lowest, int highest)
    {
        if (!_values.TryGetValue(name, out var text)) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= lowest && number <= highest
                ? number
                : throw new UsageException($"--{name} must be a number from {lowest} to {highest}");
    }

    /// <exception cref="UsageException">More words than expected.</exception>
    public CommandLine WithWords(int fewest, int most, string usage) =>
        _words.Count >= fewest && _words.Count <= most ? this : throw new UsageException($"usage: {usage}");
}
