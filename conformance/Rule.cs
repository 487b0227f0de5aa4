namespace FlashSale.Conformance;

/// <summary>What a check says of an answer.</summary>
internal static class Rule
{
    /// <exception cref="BrokenRuleException">It does not hold.</exception>
    public static void Holds(bool holds, string otherwise)
    {
        if (!holds) throw new BrokenRuleException(otherwise);
    }
}
