namespace FlashSale.Calling;

/// <summary>A token bucket of one second's admissions, and the smoothed rate of what was spent.</summary>
/// <param name="At">When it was filled last, on this machine's time.</param>
/// <param name="PerSecond">Admissions a second over about the last ten seconds.</param>
public readonly record struct RateBudget(TimeSpan At, double Tokens, double Spent, double PerSecond)
{
    private const double SmoothingSeconds = 10;

    /// <summary>A full one.</summary>
    public static RateBudget Full(TimeSpan at) => new(at, double.MaxValue, 0, 0);

    /// <summary>Whole admissions that may be given now.</summary>
    public int Available => (int)Tokens;

    /// <summary>What has come in by now.</summary>
    public RateBudget Fill(TimeSpan now, int perSecond)
    {
        var seconds = (now - At).TotalSeconds;
        var tokens = Math.Min(perSecond, Tokens + seconds * perSecond);
        if (seconds <= 0) return this with { At = now, Tokens = tokens };
        var weight = 1 - Math.Exp(-seconds / SmoothingSeconds);
        return new RateBudget(now, tokens, 0, PerSecond + weight * (Spent / seconds - PerSecond));
    }

    public RateBudget Spend(int admissions) => this with { Tokens = Tokens - admissions, Spent = Spent + admissions };
}
