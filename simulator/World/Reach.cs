namespace FlashSale.Simulator.World;

/// <summary>What becomes of a process' commands to Redis.</summary>
internal enum Reach
{
    Fine,

    /// <summary>They are refused at once.</summary>
    Refused,

    /// <summary>They are lost on the way.</summary>
    Lost,

    /// <summary>They are on their way until the fault ends, and run then, when nobody waits for them any more.</summary>
    Delayed,

    /// <summary>They run, and their answers are lost.</summary>
    Unanswered,
}
