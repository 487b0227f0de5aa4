using FlashSale.Contract;
using FlashSale.WaitingRoom.Ledger;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace FlashSale.Tests.WaitingRoom;

public sealed class PulledSalesTests
{
    [Fact]
    public void Invariant8_What_is_known_of_the_ledger_is_as_old_as_the_question_however_late_the_answer_is_taken()
    {
        var machine = new FakeTimeProvider();
        var sales = new PulledSales(machine);
        Assert.Equal(TimeSpan.MaxValue, sales.Age);
        var askedAt = machine.GetTimestamp();
        machine.Advance(TimeSpan.FromSeconds(3));
        sales.Take(new LedgerSnapshot(machine.GetUtcNow(), "1", null, []), askedAt);
        Assert.Equal(TimeSpan.FromSeconds(3), sales.Age);
    }
}
