namespace FlashSale.LoadTest.Plan;

/// <summary>One second of a modelled sale.</summary>
/// <param name="At">Seconds from the start; negative before it.</param>
public readonly record struct ModelSecond(
    double At, long Joins, long Waiting, int Admissions, int InCarts, int Sold, int Returned, double Polls,
    double Connections);
