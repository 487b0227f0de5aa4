using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary>Where the units are; a unit that is neither free nor sold is in a cart or promised to an admitted shopper.</summary>
public readonly record struct Units(int Total, int Available, int InCarts, int Sold)
{
    /// <summary>Before the line is known every unit counts as available: the sale has just been created.</summary>
    public static Units Of(Sale sale, LineBoard? board)
    {
        ArgumentNullException.ThrowIfNull(sale);
        if (board is null) return new Units(sale.Inventory, sale.Inventory, 0, 0);
        var sold = Math.Clamp(board.Sold, 0, sale.Inventory);
        var available = Math.Clamp(board.Available, 0, sale.Inventory - sold);
        return new Units(sale.Inventory, available, sale.Inventory - sold - available, sold);
    }
}
