namespace FlashSale.Checkout.Journal;

/// <param name="Cursor">For the page after; null at the end.</param>
public sealed record JournalPage(IReadOnlyList<JournalLine> Entries, string? Cursor);
