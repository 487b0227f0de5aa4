using FlashSale.LoadTest.Scenarios;

namespace FlashSale.Command.Load;

/// <summary>What the command line says about a run.</summary>
/// <param name="Url">A system that runs elsewhere, instead of the one in the data folder.</param>
/// <param name="Sale">An existing sale to join, instead of a new one.</param>
internal sealed record LoadOptions(Scenario Scenario, string? Report, string? Data, string? Url, string? Sale);
