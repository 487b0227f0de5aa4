using System.Net;

using FlashSale.Local;

namespace FlashSale.Command.Up;

/// <summary>How <c>./flashsale up</c> was called.</summary>
public sealed record UpOptions
{
    public const string Help =
        "[--port N] [--data DIR] [--fresh] [--detach] [--edges N] [--waitingrooms N] [--checkouts N] "
        + "[--listen ADDRESS] [--with-samples]: "
        + "the whole system on this machine, until Ctrl-C or down";

    /// <summary>More of one service than this is a mistake on one machine.</summary>
    private const int MostOfOne = 16;

    /// <summary>What runs.</summary>
    public required SystemOptions System { get; init; }

    /// <summary>Where it lives.</summary>
    public required string Data { get; init; }

    /// <summary>Start with an empty data folder.</summary>
    public bool Fresh { get; init; }

    /// <summary>Return when it is ready and let it run.</summary>
    public bool Detach { get; init; }

    /// <summary>The sample storefronts too.</summary>
    public bool WithSamples { get; init; }

    public static UpOptions Parse(string[] args)
    {
        var line = CommandLine.Parse(
            args, ["port", "data", "edges", "waitingrooms", "checkouts", "listen"], ["fresh", "detach", "with-samples"])
            .WithWords(0, 0, "up " + Help);
        return new UpOptions
        {
            System = new SystemOptions
            {
                Port = line.Number("port", SystemOptions.DefaultPort, 1, 65_000),
                Listen = IPAddress.TryParse(line.Text("listen", "127.0.0.1"), out var address)
                    ? address.ToString()
                    : throw new UsageException("--listen must be an IP address"),
                Edges = line.Number("edges", 1, 1, MostOfOne),
                WaitingRooms = line.Number("waitingrooms", 1, 1, MostOfOne),
                Checkouts = line.Number("checkouts", 1, 1, MostOfOne),
            },
            Data = Repository.DataFolder(line.Text("data")),
            Fresh = line.Has("fresh"),
            Detach = line.Has("detach"),
            WithSamples = line.Has("with-samples"),
        };
    }
}
