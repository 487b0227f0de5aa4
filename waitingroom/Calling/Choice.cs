namespace FlashSale.Calling;

/// <summary>What a tick has decided.</summary>
/// <param name="Head">The new head.</param>
/// <param name="Skipped">Passed over in all.</param>
/// <param name="Drop">Members of returning who are away again.</param>
/// <param name="Forget">Keys of present that are out of date.</param>
public sealed record Choice(
    IReadOnlyList<AdmittedPlace> Admissions, long Head, long Skipped, IReadOnlyList<string> Drop,
    IReadOnlyList<string> Forget)
{
    /// <summary>Redis time in ms until which whoever is called must be due, as <c>admit.lua</c> looks at again.</summary>
    public long DueBy { get; init; } = long.MaxValue;

    /// <summary>
    /// Redis time in ms: whoever counted as away had been seen before it. <c>admit.lua</c> looks again at who that is by now.
    /// </summary>
    public long SeenSince { get; init; } = long.MaxValue;

    /// <summary>Places after the head that are passed over, in the order of calling.</summary>
    public IReadOnlyList<PassedPlace> Passed { get; init; } = [];
}
