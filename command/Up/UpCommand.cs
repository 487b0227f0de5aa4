using System.Net;

using FlashSale.Local;
using FlashSale.Local.Servers;

namespace FlashSale.Command.Up;

/// <summary><c>./flashsale up</c>.</summary>
public static class UpCommand
{
    /// <summary>More of one service than this is a mistake on one machine.</summary>
    private const int MostOfOne = 16;

    public static Verb Create()
    {
        var port = Options.Number(
            "--port", 1, 65_000, SystemOptions.DefaultPort, "the port of the edge; further edges have those after it");
        var listen = Options.Of("--listen", "ADDRESS", Address, "the address that the edges listen on [default: 127.0.0.1]");
        var edges = Options.Number("--edges", 1, MostOfOne, 1, "how many edges");
        var waitingRooms = Options.Number("--waitingrooms", 1, MostOfOne, 1, "how many waiting rooms");
        var checkouts = Options.Number("--checkouts", 1, MostOfOne, 1, "how many checkouts");
        var data = Options.Data("where it lives");
        var fresh = Options.Flag("--fresh", "start with an empty data folder");
        var detach = Options.Flag("--detach", "return when it is ready, and let it run");
        var withSamples = Options.Flag("--with-samples", "the sample storefronts too");
        var verb = new Verb("up", "The whole system on this machine, until Ctrl-C or down.")
        {
            port, listen, edges, waitingRooms, checkouts, data, fresh, detach, withSamples,
        };
        verb.SetAction((call, cancel) =>
        {
            var options = new UpOptions
            {
                System = new SystemOptions
                {
                    Port = call.GetValue(port),
                    Listen = $"{call.GetValue(listen) ?? IPAddress.Loopback}",
                    Edges = call.GetValue(edges),
                    WaitingRooms = call.GetValue(waitingRooms),
                    Checkouts = call.GetValue(checkouts),
                },
                Data = Repository.DataFolder(call.GetValue(data)),
                Fresh = call.GetValue(fresh),
                WithSamples = call.GetValue(withSamples),
            };
            return RunAsync(options, call.GetValue(detach) ? Detached.Without(call, detach) : null, cancel);
        });
        return verb;
    }

    private static IPAddress Address(string text) =>
        IPAddress.TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is no IP address");

    /// <param name="detached">The words for an <c>up</c> that outlives this one; null to run here.</param>
    private static async Task<int> RunAsync(UpOptions options, string[]? detached, CancellationToken cancel)
    {
        var data = new DataFolder(options.Data);
        try
        {
            return detached is not null
                ? await Detached.RunAsync(detached, data, cancel)
                : await RunHereAsync(options, data, cancel);
        }
        catch (Exception error) when (error is MissingServerException or InvalidOperationException)
        {
            throw new CommandFailedException(error.Message);
        }
    }

    private static async Task<int> RunHereAsync(UpOptions options, DataFolder data, CancellationToken cancel)
    {
        using var held = await data.LockAsync(cancel)
            ?? throw new CommandFailedException($"a system runs in {data.Path} already; end it with {data.DownCommand}");
        data.Prepare(options.Fresh);
        var secrets = await Secrets.LoadAsync(data, cancel);
        await using var system = new LocalSystem(options.System, data, secrets);
        try
        {
            Console.WriteLine($"Starting in {data.Path} …");
            await system.StartAsync(cancel);
            await FirstSale.CreateAsync(system.EdgeUrl, secrets.AdminKey, cancel);
            if (options.WithSamples) await system.StartSamplesAsync(cancel);
            await system.PublishAsync(cancel);
            Banner.Write(system.EdgeUrl, secrets.AdminKey, data);
            await Task.Delay(Timeout.Infinite, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Console.WriteLine("Ending …");
        }
        return 0;
    }
}
