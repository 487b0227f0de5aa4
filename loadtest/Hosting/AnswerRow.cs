namespace FlashSale.LoadTest.Hosting;

/// <summary>Answers of one kind.</summary>
/// <param name="Status">HTTP's; 0 for no answer.</param>
/// <param name="Code">The problem's; empty for a success.</param>
public sealed record AnswerRow(string Step, int Status, string Code, long Count, long Bytes);
