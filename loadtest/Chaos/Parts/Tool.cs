using System.ComponentModel;
using System.Diagnostics;

using FlashSale.Local;

namespace FlashSale.LoadTest.Chaos.Parts;

/// <summary>The system's own programs for networks.</summary>
internal static class Tool
{
    /// <returns>What it said.</returns>
    /// <exception cref="CommandFailedException">It is missing, or refused.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string? input = null)
    {
        var words = arguments.ToArray();
        using var process = Start(program, words);
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await said : throw new CommandFailedException($"{program} {string.Join(' ', words)}: {(await wrong).Trim()}");
    }

    private static Process Start(string program, string[] words)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, words)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception error)
        {
            throw new CommandFailedException($"{program}: {error.Message}");
        }
    }
}
