namespace FlashSale.Gateway.Called;

/// <summary>How a shopper is called: one way for each, the one that they have asked for last.</summary>
public abstract record Recipient
{
    /// <summary>Writes it as it is sealed; the first byte says which way it is. False when there is no room.</summary>
    public abstract bool TryWrite(Span<byte> to, out int length);

    /// <summary>Reads what was written; null for what no way has written.</summary>
    public static Recipient? Read(ReadOnlySpan<byte> plain) => plain switch
    {
        [Subscription.Mark, ..] => Subscription.ReadFrom(plain),
        [ByMail.MailRecipient.Mark, ..] => ByMail.MailRecipient.ReadFrom(plain),
        [ShopRecipient.Mark, ..] => ShopRecipient.ReadFrom(plain),
        _ => null,
    };
}
