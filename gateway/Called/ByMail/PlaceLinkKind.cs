namespace FlashSale.Gateway.Called.ByMail;

/// <summary>What a link in a mail is for; after a click on its page.</summary>
public enum PlaceLinkKind
{
    /// <summary>The address is that of the shopper who gave it.</summary>
    Confirm = 1,

    /// <summary>The place goes on with the device on which it is opened.</summary>
    Move = 2,
}
