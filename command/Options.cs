using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace FlashSale.Command;

/// <summary>
/// The kinds of options and words that verbs have: each says in the help what it takes, and refuses everything else in one
/// sentence that names it.
/// </summary>
internal static class Options
{
    /// <summary>What is there or not, and takes no value.</summary>
    public static Option<bool> Flag(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.Zero };

    public static Option<string?> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };

    /// <summary>The folder of a system, as <see cref="Local.Repository.DataFolder"/> takes it.</summary>
    public static Option<string?> Data(string description = "the folder of the system") =>
        Text("--data", "DIR", $"{description} [default: .flashsale of this checkout]");

    /// <summary>A whole number.</summary>
    public static Option<int> Number(string name, int lowest, int highest, int otherwise, string description) =>
        new(name)
        {
            Description = $"{description}, {lowest} to {highest}",
            HelpName = "N",
            DefaultValueFactory = _ => otherwise,
            CustomParser = given => Read(given, text => Whole(text, lowest, highest)),
        };

    /// <summary>A whole number that depends on something else unless it is given.</summary>
    public static Option<int?> Number(string name, int lowest, int highest, string otherwise, string description) =>
        new(name)
        {
            Description = $"{description}, {lowest} to {highest} [default: {otherwise}]",
            HelpName = "N",
            CustomParser = given => Read<int?>(given, text => Whole(text, lowest, highest)),
        };

    /// <summary>A number, also as 1e6.</summary>
    public static Option<double> Real(string name, double lowest, double highest, double otherwise, string description) =>
        new(name)
        {
            Description = $"{description}, {lowest} to {highest}",
            HelpName = "X",
            DefaultValueFactory = _ => otherwise,
            CustomParser = given => Read(given, text => Between(text, lowest, highest)),
        };

    /// <summary>A number of seconds, or with the unit: 90s, 5m, 1h.</summary>
    public static Option<TimeSpan?> Duration(string name, TimeSpan otherwise, string description) =>
        new(name)
        {
            Description = $"{description}, such as 90s, 5m or 1h, up to a day [default: {otherwise.TotalSeconds}s]",
            HelpName = "TIME",
            CustomParser = given => Read<TimeSpan?>(given, text => Time(text)),
        };

    /// <summary>One of a few words, which are the enum's in lower case; its first unless it is given.</summary>
    public static Option<T> Choice<T>(string name, string description) where T : struct, Enum =>
        new(name)
        {
            Description = description,
            HelpName = string.Join('|', Words<T>()),
            DefaultValueFactory = _ => default,
            CustomParser = given => Read(given, text => Words<T>().Contains(text)
                ? Enum.Parse<T>(text, ignoreCase: true)
                : throw new FormatException($"'{text}' is none of {string.Join(", ", Words<T>())}")),
        };

    /// <param name="read">Throws a <see cref="FormatException"/> that says what is wrong.</param>
    public static Option<T?> Of<T>(string name, string value, Func<string, T> read, string description) where T : class =>
        new(name) { Description = description, HelpName = value, CustomParser = given => Read(given, read) };

    public static Argument<string> Word(string name, string description) => new(name) { Description = description };

    /// <param name="read">Throws a <see cref="FormatException"/> that says what is wrong.</param>
    public static Argument<T> Word<T>(string name, Func<string, T> read, string description) where T : class =>
        new(name) { Description = description, CustomParser = given => Read(given, read) };

    private static string[] Words<T>() where T : struct, Enum => [.. Enum.GetNames<T>().Select(word => word.ToLowerInvariant())];

    private static T? Read<T>(ArgumentResult given, Func<string, T> read)
    {
        try
        {
            return read(given.Tokens[0].Value);
        }
        catch (FormatException error)
        {
            var name = given.Parent is OptionResult option ? option.Option.Name : given.Argument.Name;
            given.AddError($"{name}: {error.Message}");
            return default;
        }
    }

    private static int Whole(string text, int lowest, int highest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= lowest && number <= highest
            ? number
            : throw new FormatException($"'{text}' is no number from {lowest} to {highest}");

    private static double Between(string text, double lowest, double highest) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number >= lowest && number <= highest
            ? number
            : throw new FormatException($"'{text}' is no number from {lowest} to {highest}");

    private static TimeSpan Time(string text)
    {
        var seconds = text is [.., var unit] ? unit switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 } : 0;
        var digits = seconds == 0 ? text : text[..^1];
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0
            && number * Math.Max(1, seconds) <= 86_400
                ? TimeSpan.FromSeconds(number * Math.Max(1, seconds))
                : throw new FormatException($"'{text}' is no duration up to a day, such as 90s, 5m or 1h");
    }
}
