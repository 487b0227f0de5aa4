namespace FlashSale.Simulator.World;

/// <summary>A verified admission token.</summary>
internal sealed record Token(int Shopper, string Admission, int Unit, long Place, long RedeemBy)
{
    public DateTimeOffset Until => DateTimeOffset.FromUnixTimeSeconds(RedeemBy);
}
