using System.Diagnostics;

using FlashSale.Local;
using FlashSale.Local.Processes;

namespace FlashSale.Command.Up;

/// <summary><c>./flashsale down</c>: asks the running <c>up</c> to end, and sees that it does.</summary>
public static class DownCommand
{
    /// <summary>Longer than every child's own patience together.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static Verb Create()
    {
        var data = Options.Data();
        var verb = new Verb("down", "End the system that runs.") { data };
        verb.SetAction((call, cancel) => RunAsync(new DataFolder(Repository.DataFolder(call.GetValue(data))), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(DataFolder data, CancellationToken cancel)
    {
        if (data.Owner() is not { } pid)
        {
            Console.WriteLine($"Nothing runs in {data.Path}.");
            return 0;
        }

        try
        {
            using var up = Process.GetProcessById(pid);
            Signals.Terminate(pid);
            await up.WaitForExitAsync(cancel).WaitAsync(s_patience, cancel);
        }
        catch (ArgumentException)
        {
            // It ended between the reading and the asking.
        }
        catch (TimeoutException)
        {
            throw new CommandFailedException($"the system (pid {pid}) did not end within {s_patience}");
        }
        Console.WriteLine($"Ended what ran in {data.Path}.");
        return 0;
    }
}
