using System.Diagnostics.CodeAnalysis;

namespace FlashSale.Tests.Simulation;

/// <summary>The model did otherwise than a real server.</summary>
[SuppressMessage("Design", "CA1032", Justification = "It is made in one place.")]
internal sealed class LineDifferenceException(string message) : Exception(message);
