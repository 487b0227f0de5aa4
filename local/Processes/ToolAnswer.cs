namespace FlashSale.Local.Processes;

/// <summary>What a program said, and how it ended.</summary>
public sealed record ToolAnswer(int ExitCode, string Output, string Errors);
