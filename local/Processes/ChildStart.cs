namespace FlashSale.Local.Processes;

/// <summary>What to start, and where its output goes.</summary>
/// <param name="Environment">Added to the environment: secrets, which must not show in a process list, and a folder for what is temporary.</param>
public sealed record ChildStart(
    string File, IReadOnlyList<string> Arguments, string LogFile, IReadOnlyDictionary<string, string>? Environment = null);
