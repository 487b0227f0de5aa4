namespace FlashSale.LoadTest.Chaos;

/// <summary>A fault that happened, and when: epoch seconds from before it was injected until it had been lifted.</summary>
internal sealed record Injected(ChaosFault Kind, Period When)
{
    public string Name => Kind.Name;
}
