namespace FlashSale.LoadTest.Clients;

/// <summary>What a route answered: the body of a success, or the <c>code</c> of a problem.</summary>
/// <param name="Status">0 for no answer.</param>
/// <param name="Body">Null unless the answer was a success with a body.</param>
/// <param name="Problem">Null for a success; <see cref="Answers.Unreadable"/> for one that cannot be read.</param>
/// <param name="RetryAfter">As the server asked, or null.</param>
public sealed record Answer<T>(int Status, T? Body, string? Problem, TimeSpan? RetryAfter) where T : class
{
    /// <summary>The work to do before joining, when the problem is that.</summary>
    public ChallengeAnswer? Challenge { get; init; }

    /// <exception cref="InvalidOperationException">It was a problem; the message says which.</exception>
    public T Require() => Body ?? throw new InvalidOperationException($"answered {Status} {Problem}");

    /// <summary>Worth repeating: too busy, not available right now, or no answer at all.</summary>
    public bool IsTemporary => Answers.IsTemporary(Status);
}
