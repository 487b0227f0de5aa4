namespace FlashSale.Conformance;

/// <summary>How a check ended.</summary>
public enum CheckOutcome
{
    Pass,
    Fail,

    /// <summary>It needs what the runner was not given, such as the data folder.</summary>
    Skipped,
}
