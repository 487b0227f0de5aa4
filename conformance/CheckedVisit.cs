using FlashSale.LoadTest.Clients;

namespace FlashSale.Conformance;

/// <summary>What the checks share: the storefront, and the first shopper, whom the line has admitted.</summary>
/// <param name="Line">Where the storefront has sent the shopper.</param>
/// <param name="Operator">Null when nobody operates the line for the run.</param>
/// <param name="Crowd">Shoppers of the parallel check.</param>
internal sealed record CheckedVisit(
    TestedStorefront Shop, LineJourney Line, Visitor Shopper, AdmissionAnswer Admitted, ILineOperator? Operator, int Crowd)
{
    /// <summary>The answer to the URL with the token; null until the shopper has come in.</summary>
    public BrowserAnswer? Entering { get; set; }

    /// <summary>When that was, by the machine's ticks.</summary>
    public long EnteredAt { get; set; }

    public BadTokens Bad { get; } = new(Admitted.Token);

    /// <exception cref="NotCheckedException">Nobody operates the line for this run.</exception>
    public ILineOperator GivenOperator() => Operator ?? throw new NotCheckedException("needs --data DIR");

    /// <summary>A good token, of the same shopper's admission but for the change; signed by the line's own key.</summary>
    public string Signed(Action<System.Text.Json.Nodes.JsonObject> change, string? kid = null)
    {
        using var key = GivenOperator().SigningKey(Admitted.Token)
            ?? throw new NotCheckedException("the key that signs is not in the data folder");
        return Bad.Signed(key, kid ?? (string?)Bad.Header["kid"], claims =>
        {
            // A fresh id, so that it is not refused as used.
            claims["jti"] = $"{claims["jti"]}-conformance";
            change(claims);
        });
    }

    /// <summary>A new shopper whom the line has admitted, still at the line.</summary>
    public async Task<(Visitor Visitor, LineJourney Sent, AdmissionAnswer Admitted)> AdmitAnotherAsync(CancellationToken cancel)
    {
        var visitor = new Visitor();
        try
        {
            var sent = await Shop.LineAsync(visitor, Shop.Url, cancel).ConfigureAwait(false);
            return (visitor, sent, await sent.AdmitAsync(visitor, cancel).ConfigureAwait(false));
        }
        catch
        {
            visitor.Dispose();
            throw;
        }
    }

    /// <summary>In a browser that knows nothing, the token opens nothing.</summary>
    public async Task RefusedAsync(string token, CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var sent = await Shop.LineAsync(visitor, Shop.Url, cancel).ConfigureAwait(false);
        var answer = await Shop.ReturnAsync(visitor, sent, token, cancel).ConfigureAwait(false);
        Rule.Holds(!Shop.IsOpened(answer), $"accepted: {answer}");
        Rule.Holds(answer.Status is < 500 or 503, $"answered by an error: {answer}");
    }
}
