namespace FlashSale.LoadTest.Hosting;

/// <summary>How one request of a hosted shopper, or a whole shopper, came out.</summary>
/// <param name="Status">HTTP's with the problem's code, such as <c>409 saleEnded</c>; for a shopper how it ended.</param>
/// <param name="Bytes">Of the answers' bodies.</param>
public sealed record HostedStep(bool Ok, string Status, string Message, long Bytes = 0);
