using FlashSale.Calling;

using Xunit;

namespace FlashSale.Tests.Calling;

public sealed class LineEpochTests
{
    public static TheoryData<LineEpoch, bool> All => new()
    {
        { new LineEpoch.Unknown(7, "7:0", 9), false },
        { new LineEpoch.Loaded(7, "7:0", 9, TimeSpan.Zero), true },
        { new LineEpoch.Absent(7, "7:0", 9, TimeSpan.Zero), true },
        { new LineEpoch.Running(7, "7:0", 9, Given.Start), false },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_forgotten_of_a_line_is_never_its_number_its_past_and_how_long_units_are_blocked(LineEpoch line, bool _) =>
        Assert.Equal(new LineEpoch.Unknown(7, "7:0", 9), line.Forget());

    [Theory]
    [MemberData(nameof(All))]
    public void The_ledger_is_asked_for_everything_once_Redis_is_known_and_until_it_has_answered(LineEpoch line, bool needs) =>
        Assert.Equal(needs, line.NeedsLedger);
}
