namespace FlashSale.Contract;

/// <summary>A currency as the payment provider takes it.</summary>
/// <param name="Code">ISO 4217, in lower case.</param>
/// <param name="Digits">An amount is in units of 10 to the power of minus this.</param>
/// <param name="Step">Amounts are multiples of it, in these units.</param>
/// <param name="Least">The smallest amount, in these units.</param>
/// <param name="Most">The largest amount, in these units.</param>
public sealed record Currency(string Code, int Digits, int Step, long Least, long Most)
{
    /// <summary>Digits after the point of a price that people read: none where there can't be a fraction.</summary>
    public int Shown => Step == 100 ? Digits - 2 : Digits;
}
