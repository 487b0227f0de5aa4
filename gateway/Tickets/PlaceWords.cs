namespace FlashSale.Gateway.Tickets;

/// <summary>The contract's words.</summary>
public static class PlaceWords
{
    public static string Text(this PlaceWord word) => word switch
    {
        PlaceWord.Prequeue => "prequeue",
        PlaceWord.Waiting => "waiting",
        PlaceWord.Admitted => "admitted",
        PlaceWord.Missed => "missed",
        PlaceWord.Redeemed => "redeemed",
        PlaceWord.Left => "left",
        PlaceWord.SoldOut => "soldOut",
        _ => "ended",
    };
}
