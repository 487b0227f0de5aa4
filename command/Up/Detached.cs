using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;

using FlashSale.Local;
using FlashSale.Local.Processes;

namespace FlashSale.Command.Up;

/// <summary><c>up --detach</c>: an <c>up</c> of its own session that outlives this process and the terminal.</summary>
internal static class Detached
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The same call without the option to detach.</summary>
    public static string[] Without(ParseResult call, Option<bool> detach) =>
    [
        .. call.Tokens.SkipWhile(token => token.Type == TokenType.Command)
            .Where(token => token is not { Type: TokenType.Option } || token.Value != detach.Name).Select(token => token.Value),
    ];

    public static async Task<int> RunAsync(string[] args, DataFolder data, CancellationToken cancel)
    {
        if (await SystemState.ReadAsync(data, cancel) is not null)
            throw new CommandFailedException($"a system runs in {data.Path} already; end it with {data.DownCommand}");
        var log = $"{data.Path.TrimEnd('/')}.log";
        using var up = Start(args, log);
        while (true)
        {
            if (await SystemState.ReadAsync(data, cancel) is { } state && state.Up == up.Id)
            {
                Banner.Write(state.Edges[0].Url, state.AdminKey, data);
                return 0;
            }

            if (up.HasExited)
            {
                await Console.Error.WriteLineAsync(await File.ReadAllTextAsync(log, cancel));
                return 1;
            }
            await Task.Delay(s_pause, cancel);
        }
    }

    private static Process Start(string[] args, string log)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        string[] session = Programs.Find("setsid") is { } setsid ? [setsid] : [];
        string[] command =
        [
            .. session, "/bin/sh", "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1 </dev/null", "sh", log,
            Repository.DotNet, Repository.Command, "up", .. args,
        ];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false })!;
    }
}
