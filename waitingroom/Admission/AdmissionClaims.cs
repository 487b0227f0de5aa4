namespace FlashSale.Admission;

/// <summary>The claims of an admission token beside the registered ones.</summary>
public static class AdmissionClaims
{
    public const string Sale = "sale";
    public const string Unit = "unit";
    public const string Place = "place";
    public const string RedeemBy = "redeemBy";
}
