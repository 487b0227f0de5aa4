namespace FlashSale.Pages.OpenApi;

/// <summary>One answer that is no problem.</summary>
/// <param name="Body">Its JSON; null without one.</param>
/// <param name="Media">What it is when it is no JSON: <c>text/csv</c>.</param>
public sealed record AnswerDescription(int Status, string Words, Type? Body = null, string? Media = null);
