namespace FlashSale.Baselines.Provider;

/// <summary>A payment intent of the <see cref="StandIn"/>.</summary>
internal sealed record Payment(string Id, long Amount, string Currency, string Status)
{
    /// <summary>As Stripe writes it, without what a server that takes a payment does not read.</summary>
    public string Json()
    {
        var received = Status == "succeeded" ? Amount : 0;
        return $$"""
            {"id":"{{Id}}","object":"payment_intent","amount":{{Amount}},"amount_received":{{received}},"currency":"{{Currency}}","capture_method":"manual","livemode":false,"status":"{{Status}}"}
            """;
    }
}
