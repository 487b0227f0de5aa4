using FlashSale.Local;
using FlashSale.Local.Servers;

namespace FlashSale.Command.Up;

/// <summary><c>./flashsale up</c>.</summary>
public static class UpCommand
{
    public static async Task<int> RunAsync(string[] args, CancellationToken cancel)
    {
        var options = UpOptions.Parse(args);
        var data = new DataFolder(options.Data);
        try
        {
            return options.Detach
                ? await Detached.RunAsync(args, data, cancel)
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
            ?? throw new CommandFailedException($"a system runs in {data.Path} already; end it with ./flashsale down");
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
