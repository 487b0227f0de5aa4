namespace FlashSale.LoadTest.Clients;

/// <summary>One request and what came back.</summary>
/// <param name="Status">0 for no answer.</param>
/// <param name="Problem">Null for a success.</param>
/// <param name="Bytes">Of the answer's body.</param>
public readonly record struct Exchange(int Status, string? Problem, long Bytes)
{
    public static readonly Exchange Missing = new(0, "no answer", 0);
}
