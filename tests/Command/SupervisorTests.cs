using FlashSale.Local;
using FlashSale.Local.Processes;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Command;

public sealed class SupervisorTests
{
    [Fact]
    public async Task A_killed_child_runs_again_and_the_new_pid_is_told()
    {
        var log = Path.GetTempFileName();
        var told = 0;
        await using var supervisor = new Supervisor(_ =>
        {
            Interlocked.Increment(ref told);
            return Task.CompletedTask;
        });
        var child = new Watched(
            "sleeper", _ => ChildProcess.StartAsync(new ChildStart("sleep", ["1000"], log)), TimeSpan.FromSeconds(60));
        await supervisor.StartAsync(child, TestContext.Current.CancellationToken);
        var first = child.Pid;

        await child.Process!.KillAsync();

        await WaitFor.TrueAsync(() => Task.FromResult(told == 1), "the new pid is told");
        Assert.NotEqual(first, child.Pid);
        Assert.Equal(1, child.Deaths);
        var second = child.Process;
        await supervisor.StopAsync([child]);
        Assert.True(second.HasExited);
        File.Delete(log);
    }
}
