using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Queue;

public sealed class LineAnswerTests
{
    [Fact]
    public async Task An_answer_that_comes_late_is_waited_for()
    {
        var asked = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = AskAsync(asked.Task);
        Assert.False(answer.IsCompleted);
        asked.SetResult("here");
        Assert.Equal("here", await answer);
    }

    [Fact]
    public async Task Without_Redis_there_is_none() =>
        Assert.Null(await AskAsync(Task.FromException<string>(new LineUnavailableException(new TimeoutException()))));

    [Fact]
    public async Task What_else_goes_wrong_is_thrown()
    {
        var wrong = AskAsync(Task.FromException<string>(new InvalidOperationException("broken")));
        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidOperationException>(() => wrong)).Message);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskAsync(Task.FromCanceled<string>(new(canceled: true))));
    }

    private static async Task<string?> AskAsync(Task<string> asked) => await asked.OrNone();
}
