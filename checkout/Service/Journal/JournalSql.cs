namespace FlashSale.Checkout.Journal;

/// <summary>The statements over <c>journal</c>.</summary>
internal static class JournalSql
{
    public const string Insert =
        """
        INSERT INTO journal (at, actor, address, action, sale, storefront, subject, before_json, after_json)
        VALUES (UTC_TIMESTAMP(3), @actor, @address, @action, @sale, @storefront, @subject, @before, @after)
        """;

    /// <summary>What came of a change whose row was written first: once.</summary>
    public const string Done = "UPDATE journal SET after_json = @after WHERE no = @no AND after_json IS NULL";

    /// <summary>A page, the newest first. A null asks for all.</summary>
    public const string Page =
        """
        SELECT no, at, actor, address AS `from`, action, sale, storefront, subject, before_json AS `before`, after_json AS `after`
        FROM journal
        WHERE (@sale IS NULL OR sale = @sale) AND (@actor IS NULL OR actor = @actor)
          AND (@storefront IS NULL OR storefront = @storefront) AND no < @cursor
        ORDER BY no DESC LIMIT @limit
        """;
}
