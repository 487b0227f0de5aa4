using System.ComponentModel;
using System.Diagnostics;

namespace FlashSale.Local.Processes;

/// <summary>Runs a program to its end, and takes what it says.</summary>
public static class Tool
{
    /// <param name="start">Its output, its errors and its input are ours, whatever it says of them.</param>
    /// <param name="input">What it reads; nothing when null.</param>
    /// <exception cref="Win32Exception">It is missing.</exception>
    public static async Task<ToolAnswer> RunAsync(ProcessStartInfo start, string? input = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var process = Process.Start(start)!;
        // Both at once, before it is given anything: it may wait until what it says is read.
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancel);
        return new ToolAnswer(process.ExitCode, await output, await errors);
    }

    /// <returns>What it said.</returns>
    /// <exception cref="CommandFailedException">It is missing, or refused.</exception>
    public static async Task<string> RequireAsync(string program, IEnumerable<string> arguments, string? input = null)
    {
        string[] words = [.. arguments];
        try
        {
            var answer = await RunAsync(new ProcessStartInfo(program, words), input);
            return answer.ExitCode == 0
                ? answer.Output
                : throw new CommandFailedException($"{program} {string.Join(' ', words)}: {answer.Errors.Trim()}");
        }
        catch (Win32Exception error)
        {
            throw new CommandFailedException($"{program}: {error.Message}");
        }
    }
}
