namespace FlashSale.LoadTest.Clients;

/// <summary>What is said of answers that have no code of their own.</summary>
public static class Answers
{
    /// <summary>A success whose body is not what the contract says.</summary>
    public const string Unreadable = "(unreadable)";

    /// <summary>There was no answer, or none in time; not so when it was cancelled.</summary>
    public static bool IsMissing(Exception error, CancellationToken cancel) =>
        error is HttpRequestException or IOException || (error is TaskCanceledException && !cancel.IsCancellationRequested);

    /// <summary>A status that is worth repeating: too busy, not available right now, or (0) no answer at all.</summary>
    public static bool IsTemporary(int status) => status is 0 or 425 or 429 or 502 or 503 or 504;
}
