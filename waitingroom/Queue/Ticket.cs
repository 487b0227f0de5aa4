using FlashSale.Contract;

namespace FlashSale.Queue;

/// <summary>What a signed ticket says.</summary>
public readonly record struct Ticket(SaleId Sale, Place Place, ShopperId Shopper)
{
    /// <summary>
    /// How often the place had moved to another device when this was given: tickets of before a move are no more
    /// (<see cref="PlaceMoves"/>).
    /// </summary>
    public byte Moves { get; init; }
}
