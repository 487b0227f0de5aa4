using System.Reflection;
using System.Text.RegularExpressions;

using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.Operate;

/// <summary>Every test that these documents name is there.</summary>
public sealed partial class SecurityDocTests
{
    [Theory]
    [InlineData("docs/security.md"), InlineData("docs/design.md")]
    public async Task Every_test_that_is_named_exists(string file)
    {
        var document = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, file), TestContext.Current.CancellationToken);
        var named = Named().Matches(document).Select(match => (Class: match.Groups[1].Value, Test: match.Groups[2].Value)).Distinct().ToList();
        Assert.NotEmpty(named);
        Assert.All(named, one => Assert.True(Exists(one.Class, one.Test), $"there is no {one.Class}.{one.Test}"));
    }

    /// <param name="test">Empty: the class as a whole; an asterisk stands for the rest of a name.</param>
    private static bool Exists(string type, string test) =>
        typeof(SecurityDocTests).Assembly.GetTypes().Where(one => one.Name == type)
            .SelectMany(one => one.GetMethods()).Where(method => method.GetCustomAttribute<FactAttribute>() is not null)
            .Any(method => test.EndsWith('*')
                ? method.Name.StartsWith(test[..^1], StringComparison.Ordinal) : test.Length == 0 || method.Name == test);

    [GeneratedRegex(@"`(?:\w+/)?(\w+Tests)(?:\.(\w+\*?))?`")]
    private static partial Regex Named();
}
