using FlashSale.Local.Processes;

namespace FlashSale.LoadTest.Chaos;

/// <summary>Something that is done to the system, and ends with the system whole again.</summary>
/// <param name="Part">What it is done to: two at the same time are of different parts.</param>
/// <param name="Run">False when there was nobody to do it to.</param>
internal sealed record ChaosFault(string Part, string Name, Func<OneFault, Task<bool>> Run)
{
    /// <summary>Some edge may not reach Redis meanwhile: what it then says of a place is what it remembers.</summary>
    public bool TroublesRedis { get; init; }

    /// <summary>
    /// One edge alone may not reach Redis, for longer than a turn: the pump goes on, and that edge does not know whom it calls.
    /// </summary>
    public bool HidesTurns { get; init; }

    /// <summary>Redis may come back without what it has acknowledged.</summary>
    public bool LosesRedisData { get; init; }

    /// <summary>What can be done to any system's services.</summary>
    public static IReadOnlyList<ChaosFault> OfServices { get; } =
    [
        new("edge", "kill an edge", own => own.SignalAsync(state => state.Edges, Signals.Kill)),
        new("room", "kill a waiting room", own => own.SignalAsync(state => state.Waitingrooms, Signals.Kill)),
        new("checkout", "kill a checkout", own => own.SignalAsync(state => state.Checkouts, Signals.Kill)),
        new("edge", "stop an edge", own => own.SignalAsync(state => state.Edges, Signals.Terminate)),
        new("room", "stop a waiting room", own => own.SignalAsync(state => state.Waitingrooms, Signals.Terminate)),
        new("checkout", "stop a checkout", own => own.SignalAsync(state => state.Checkouts, Signals.Terminate)),
        new("edge", "pause an edge", own => own.PauseAsync(state => state.Edges)),
        new("room", "pause a waiting room", own => own.PauseAsync(state => state.Waitingrooms)),
        new("checkout", "pause a checkout", own => own.PauseAsync(state => state.Checkouts)),
        new("provider", "the provider misbehaves", own => own.MisbehaveAsync()),
    ];
}
