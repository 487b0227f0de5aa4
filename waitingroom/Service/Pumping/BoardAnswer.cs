using FlashSale.Contract;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>What came of a publishing.</summary>
/// <param name="Higher">Above 0 the fence of who has written meanwhile: nothing is written.</param>
/// <param name="Woken">Lines that slept and have been changed.</param>
internal sealed record BoardAnswer(long Higher, IReadOnlyList<SaleId> Woken);
