using FlashSale.Local.Processes;

using Xunit;

namespace FlashSale.Tests.Command;

public sealed class FreePortTests
{
    [Fact]
    public void Ports_in_a_row_are_free_and_given_once()
    {
        var first = Enumerable.Range(0, 200).Select(_ => FreePort.Next(3)).ToArray();

        var all = first.SelectMany(port => Enumerable.Range(port, 3)).ToArray();
        Assert.All(all, port => Assert.True(FreePort.IsFree(port)));
        Assert.Equal(all.Length, all.Distinct().Count());
    }
}
