using System.Text.RegularExpressions;

using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Queue;

public sealed partial class ScriptTests
{
    [Fact]
    public void The_numbers_of_states_in_the_scripts_are_those_of_the_enum()
    {
        var line = Numbers().Match(Script.Prelude);
        var names = line.Groups[1].Value.Split(", ");
        var numbers = line.Groups[2].Value.Split(", ").Select(int.Parse);
        Assert.Equal(
            Enum.GetValues<PlaceState>().OrderBy(state => state).Select(state => (state.ToString().ToUpperInvariant(), (int)state)),
            names.Zip(numbers));
    }

    [Fact]
    public void A_script_knows_states_by_name_and_leaves_the_run_of_Redis_to_the_prelude()
    {
        foreach (var script in new[] { Script.Join, Script.Status, Script.Leave, Script.Admit, Script.Settle, Script.Claim, Script.Look })
        {
            var own = script.Text[Script.Prelude.Length..];
            Assert.DoesNotMatch(RawState(), own);
            Assert.DoesNotContain("run_id:", own, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"local (WAITING[A-Z, ]*) = ([\d, ]+)")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"\bstate\w* [=~]= \d|'u4', [^)]*, \d\)")]
    private static partial Regex RawState();
}
