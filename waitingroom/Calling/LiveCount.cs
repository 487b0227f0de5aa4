using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Calling;

/// <summary>Who is in line, as the edges told last.</summary>
/// <param name="ByRank">False before a shuffle: then the numbers are counted, and not the ranks.</param>
public sealed record LiveCount(uint Epoch, bool ByRank, LiveRanks Ranks)
{
    /// <summary>
    /// As it is now: a new epoch's line is everyone's, and once it is shuffled those who are there are anywhere in it.
    /// </summary>
    public static LiveRanks Of(LiveCount? count, LineView view, Sale sale)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (count is null || count.Epoch != view.Epoch) return LiveRanks.Everyone(view.Head);
        if (count.ByRank == LineOrdering.HasRanks(sale, view.Shuffled)) return count.Ranks;
        return new LiveRanks(0, count.Ranks.To, count.Ranks.Total, []);
    }
}
