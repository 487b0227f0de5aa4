namespace FlashSale.Gateway.Edge;

/// <summary>The path as the client spelled it, where that is not how the edge reads it; for an upstream of an operator's own.</summary>
public sealed record SpelledPath(PathString Path);
