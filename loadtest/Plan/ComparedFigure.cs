namespace FlashSale.LoadTest.Plan;

/// <summary>A figure of a sale, as it was forecast and as a run measured it.</summary>
public sealed record ComparedFigure(string Name, double Forecast, double Measured)
{
    /// <summary>How far the forecast lies above (or, negative, below) what was measured, as a share of that.</summary>
    public double Error => Forecast / Measured - 1;
}
