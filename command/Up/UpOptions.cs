using System.Net;

namespace FlashSale.Command.Up;

/// <summary>How <c>./flashsale up</c> was called.</summary>
public sealed record UpOptions
{
    public const string Help =
        "[--port N] [--data DIR] [--fresh] [--detach] [--edges N] [--waitingrooms N] [--checkouts N] "
        + "[--listen ADDRESS] [--with-samples]: "
        + "the whole system on this machine, until Ctrl-C or down";

    /// <summary>Where a system lives when nothing else is said, seen from the repository's root.</summary>
    public const string DefaultData = ".flashsale";

    private const int DefaultPort = 8080;

    /// <summary>More of one service than this is a mistake on one machine.</summary>
    private const int MostOfOne = 16;

    /// <summary>The first edge's port; further edges listen on the ports after it.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>The address that the edges listen on; this machine only unless something else is said.</summary>
    public string Listen { get; init; } = "127.0.0.1";

    public required string Data { get; init; }

    /// <summary>Start with an empty data folder.</summary>
    public bool Fresh { get; init; }

    /// <summary>Return when it is ready and let it run.</summary>
    public bool Detach { get; init; }

    /// <summary>The sample storefronts too.</summary>
    public bool WithSamples { get; init; }
    public int Edges { get; init; } = 1;
    public int WaitingRooms { get; init; } = 1;
    public int Checkouts { get; init; } = 1;

    public static UpOptions Parse(string[] args)
    {
        var line = CommandLine.Parse(
            args, ["port", "data", "edges", "waitingrooms", "checkouts", "listen"], ["fresh", "detach", "with-samples"])
            .WithWords(0, 0, "up " + Help);
        return new UpOptions
        {
            Port = line.Number("port", DefaultPort, 1, 65_000),
            Listen = IPAddress.TryParse(line.Text("listen", "127.0.0.1"), out var address)
                ? address.ToString()
                : throw new UsageException("--listen must be an IP address"),
            Data = Repository.DataFolder(line.Text("data")),
            Fresh = line.Has("fresh"),
            Detach = line.Has("detach"),
            WithSamples = line.Has("with-samples"),
            Edges = line.Number("edges", 1, 1, MostOfOne),
            WaitingRooms = line.Number("waitingrooms", 1, 1, MostOfOne),
            Checkouts = line.Number("checkouts", 1, 1, MostOfOne),
        };
    }
}
