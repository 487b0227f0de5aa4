namespace FlashSale.Local;

/// <summary>How many of each service a <see cref="LocalSystem"/> has, and where shoppers reach it.</summary>
public sealed record SystemOptions
{
    public const int DefaultPort = 8080;

    /// <summary>The first edge's port; further edges listen on the ports after it.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>The address that the edges listen on; this machine only unless something else is said.</summary>
    public string Listen { get; init; } = "127.0.0.1";
    public int Edges { get; init; } = 1;
    public int WaitingRooms { get; init; } = 1;
    public int Checkouts { get; init; } = 1;
}
