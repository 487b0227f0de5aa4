namespace FlashSale.Simulator.Time;

/// <summary>Something that happens at a time.</summary>
internal interface IHappening
{
    void Happen();
}
