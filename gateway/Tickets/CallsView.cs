using System.Text.Json;

using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary>A page of the public log of calls.</summary>
/// <param name="Epoch">Whose log it is: a line that is begun anew begins another.</param>
/// <param name="Past">The epochs before the line's current one, newest first: each has a log, or what Redis has kept of it.</param>
/// <param name="Next">The number of the last entry here: <c>after</c> of the next page.</param>
public sealed record CallsView(uint Epoch, IReadOnlyList<uint> Past, IReadOnlyList<CallsView.Entry> Calls, long Next)
{
    /// <param name="N">From 1, without a gap.</param>
    /// <param name="At">Redis' clock, to the second.</param>
    /// <param name="Number">The place's number.</param>
    /// <param name="What"><see cref="CallKind"/>.</param>
    /// <param name="Epoch">The place's epoch, where it is not the log's.</param>
    public sealed record Entry(long N, DateTimeOffset At, uint Number, string What, uint? Epoch);

    public static CallsView Of(CallsPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        return new CallsView(
            page.Epoch, [.. page.Past.Select(past => past.Epoch)],
            [
                .. page.Calls.Select((call, i) => new Entry(
                    page.First + i + 1, call.At, call.Place.Number, JsonNamingPolicy.CamelCase.ConvertName(call.What.ToString()),
                    call.Place.Epoch == page.Epoch ? null : call.Place.Epoch)),
            ],
            page.First + page.Calls.Count);
    }
}
