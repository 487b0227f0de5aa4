using System.Runtime.CompilerServices;

namespace FlashSale.Queue;

/// <summary>What <see cref="LineAnswers.OrNone"/> gives to <c>await</c>; it goes on like <c>ConfigureAwait(false)</c>.</summary>
public readonly struct LineAnswer<T>(Task<T> asked) : ICriticalNotifyCompletion where T : class
{
    private readonly ConfiguredTaskAwaitable.ConfiguredTaskAwaiter _completion =
        ((Task)asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter();

    public LineAnswer<T> GetAwaiter() => this;

    public bool IsCompleted => _completion.IsCompleted;

    public void OnCompleted(Action continuation) => _completion.OnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) => _completion.UnsafeOnCompleted(continuation);

    public T? GetResult()
    {
        _completion.GetResult();
        return asked.Exception?.InnerException is LineUnavailableException ? null : asked.GetAwaiter().GetResult();
    }
}
