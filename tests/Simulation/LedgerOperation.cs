using FlashSale.Simulator.Models;

namespace FlashSale.Tests.Simulation;

/// <summary>One operation, to be done by the model and by a checkout.</summary>
/// <param name="Text">With its arguments, for a person.</param>
/// <param name="Model">
/// What it comes to in the model: the outcome in words, null when it waits; and what to commit.
/// </param>
/// <param name="Real">The outcome in the same words.</param>
internal sealed record LedgerOperation(
    string Kind, string Text,
    Func<LedgerModel, DateTimeOffset, (string? Outcome, LedgerChange? Change)> Model,
    Func<LedgerSide, Task<string>> Real);
