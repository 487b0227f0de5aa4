using System.CommandLine;
using System.CommandLine.Parsing;

namespace FlashSale.Command;

/// <summary>What is wrong with a call, in one sentence.</summary>
internal static class Usage
{
    /// <summary>Further from what was written than this share of its letters, nothing was meant by it.</summary>
    private const double FurthestShare = 0.5;

    /// <summary>Null when nothing is.</summary>
    public static string? Mistake(ParseResult call)
    {
        var verb = call.CommandResult.Command;
        if (call.Tokens is [var first, ..] && verb is { Arguments.Count: 0, Subcommands.Count: > 0 } && !IsLikeOption(first))
            return $"there is no command '{first.Value}'{Nearest(first.Value, verb.Subcommands.Select(one => one.Name))}";
        // Otherwise a mistyped option would be taken for a word or for the value of the option before it.
        if (call.Tokens.FirstOrDefault(IsLikeOption) is { } option)
            return $"there is no option {option.Value}{Nearest(option.Value.Split('=')[0], verb.Options.Select(one => one.Name))}";
        if (call.UnmatchedTokens is [var unknown, ..]) return $"'{unknown}' is one word too many";
        return call.Errors is [var error, ..] ? error.Message : null;
    }

    /// <summary>The verb that was called, with the verbs around it: <c>load merge</c>.</summary>
    public static string Name(ParseResult call)
    {
        var names = new Stack<string>();
        for (SymbolResult? verb = call.CommandResult; verb?.Parent is not null; verb = verb.Parent)
            names.Push(((CommandResult)verb).Command.Name);
        return string.Join(' ', names);
    }

    /// <summary>Written like an option, and none that there is.</summary>
    private static bool IsLikeOption(Token token) =>
        token.Type == TokenType.Argument && token.Value is ['-', not (>= '0' and <= '9'), ..];

    private static string Nearest(string written, IEnumerable<string> names)
    {
        var (name, distance) = names.Select(name => (name, Distance(written, name))).MinBy(pair => pair.Item2);
        return name is not null && distance <= written.Length * FurthestShare ? $"; did you mean {name}?" : "; --help tells what there is";
    }

    /// <summary>How many letters to add, drop or change (Levenshtein).</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var (diagonal, _) = (row[0], row[0] = i);
            for (var j = 1; j <= other.Length; j++)
            {
                var changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[^1];
    }
}
