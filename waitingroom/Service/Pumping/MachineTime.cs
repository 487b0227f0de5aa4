namespace FlashSale.WaitingRoom.Pumping;

/// <summary>This machine's own time, from where a pump began.</summary>
internal sealed class MachineTime(TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();

    /// <summary>Never goes back.</summary>
    public TimeSpan Now => clock.GetElapsedTime(_start);

    /// <summary>What <see cref="Now"/> was at a timestamp.</summary>
    public TimeSpan At(long timestamp) => clock.GetElapsedTime(_start, timestamp);
}
