namespace FlashSale.Queue;

/// <summary>Waits for an answer of Redis where its absence is expected, and an exception would only cost.</summary>
public static class LineAnswers
{
    /// <summary>Null when Redis gave no answer: whether it ran is not known. What else goes wrong is thrown.</summary>
    public static LineAnswer<T> OrNone<T>(this Task<T> asked) where T : class => new(asked);
}
