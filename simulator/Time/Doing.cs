namespace FlashSale.Simulator.Time;

/// <summary>Something that is one call.</summary>
internal sealed class Doing(Action what) : IHappening
{
    public void Happen() => what();
}
