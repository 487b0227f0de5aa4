namespace FlashSale.Conformance;

/// <summary>One rule of docs/embedding.md, tried.</summary>
/// <param name="Name">As the table and that document call it.</param>
internal sealed record ProtocolCheck(string Name, Func<CancellationToken, Task> RunAsync);
