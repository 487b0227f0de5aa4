namespace FlashSale.LoadTest.Bench;

/// <summary>What whole purchases are measured on.</summary>
/// <param name="Edge">Of a system whose payment provider is <paramref name="Provider"/>.</param>
/// <param name="Sale">Open, with more units than will be bought.</param>
/// <param name="MySql">The server of all of them.</param>
/// <param name="Counter">A shop without a line whose stock is a counter row.</param>
/// <param name="SkipLocked">The same with a row for each unit.</param>
/// <param name="Processes">Whose processor time is read, by what they are called in the report.</param>
public sealed record PurchaseTarget(
    Uri Edge, string Sale, string MySql, Uri Provider, Uri Counter, Uri SkipLocked, IReadOnlyDictionary<string, int> Processes);
