namespace FlashSale.Command.Conformance;

/// <summary>How a check ended.</summary>
internal enum Verdict
{
    Pass,
    Fail,

    /// <summary>It needs what the runner was not given, such as the data folder.</summary>
    Skipped,
}

/// <summary>One row of the table.</summary>
internal sealed record CheckResult(string Name, Verdict Verdict, string Detail);

/// <summary>A rule of the protocol that does not hold.</summary>
internal sealed class BrokenRuleException(string message) : Exception(message);

/// <summary>The check can't be made here.</summary>
internal sealed class NotCheckedException(string message) : Exception(message);

/// <summary>What a check says of an answer.</summary>
internal static class Rule
{
    /// <exception cref="BrokenRuleException">It does not hold.</exception>
    public static void Holds(bool holds, string otherwise)
    {
        if (!holds) throw new BrokenRuleException(otherwise);
    }
}
