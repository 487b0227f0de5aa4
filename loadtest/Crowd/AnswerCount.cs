namespace FlashSale.LoadTest.Crowd;

/// <summary>Refusals and missing answers of one kind; status 0 = no answer.</summary>
public sealed record AnswerCount(string Step, int Status, string Code, long Count);
