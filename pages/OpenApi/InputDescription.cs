namespace FlashSale.Pages.OpenApi;

/// <summary>A parameter of the query, or a header.</summary>
public sealed record InputDescription(string Name, string Words, bool Required = false, bool IsHeader = false);
