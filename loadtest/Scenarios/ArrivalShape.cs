namespace FlashSale.LoadTest.Scenarios;

/// <summary>How shoppers come.</summary>
public enum ArrivalShape
{
    /// <summary>At one rate, each independent of the others.</summary>
    Constant,

    /// <summary>At a rate that grows from nothing in a straight line.</summary>
    Ramp,

    /// <summary>Four in five within the first tenth, the rest ever more slowly.</summary>
    Spike,

    /// <summary>
    /// As recorded: seconds from the beginning, one arrival a line (the first column of a CSV).
    /// </summary>
    Replay,
}
