using FlashSale.Queue;

namespace FlashSale.LoadTest.Plan;

/// <summary>All polls a second of a waiting crowd: the sum of what the poll budget tells each shopper.</summary>
public sealed class PollModel(PlanOptions options)
{
    /// <summary>The board's horizon: the shoppers whose presence matters next.</summary>
    private static readonly Func<int, int> s_horizon = units => Math.Clamp(2 * units, 2_000, 20_000);
    private const int Steps = 256;

    public double PollsPerSecond(long waiting, long edges)
    {
        if (waiting <= 0) return 0;
        var horizon = s_horizon(options.Units);

        // The interval changes slowly with the place, so a few hundred places stand for all of them.
        var step = Math.Max(1, waiting / Steps);
        double polls = 0;
        for (long ahead = 0; ahead < waiting; ahead += step)
        {
            var interval = PollBudget.NextPollMs(
                waiting, ahead, horizon, (double)options.PollsPerEdge * Math.Max(1, edges), options.PresenceSeconds, 0, 0.5);
            polls += Math.Min(step, waiting - ahead) * 1000.0 / interval;
        }

        return polls;
    }
}
