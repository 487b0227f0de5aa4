namespace FlashSale.WaitingRoom.Pumping;

/// <summary>A token bucket of one second's admissions, and the smoothed rate of what was spent.</summary>
public sealed class RateBudget(TimeProvider clock)
{
    private const double SmoothingSeconds = 10;

    private double _tokens = double.MaxValue;
    private long _at = clock.GetTimestamp();
    private double _spent;

    /// <summary>Admissions a second over about the last ten seconds.</summary>
    public double PerSecond { get; private set; }

    /// <summary>Whole admissions that may be given now.</summary>
    public int Available(int perSecond)
    {
        var seconds = clock.GetElapsedTime(_at).TotalSeconds;
        _at = clock.GetTimestamp();
        _tokens = Math.Min(perSecond, _tokens + seconds * perSecond);
        if (seconds > 0)
        {
            var weight = 1 - Math.Exp(-seconds / SmoothingSeconds);
            PerSecond += weight * (_spent / seconds - PerSecond);
            _spent = 0;
        }

        return (int)_tokens;
    }

    public void Spend(int admissions)
    {
        _tokens -= admissions;
        _spent += admissions;
    }
}
