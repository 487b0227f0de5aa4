using FlashSale.Queue;

namespace FlashSale.Simulator.Checking;

/// <summary>A place, from the number that Redis gave.</summary>
/// <param name="givenBy">That Redis gave it, or the first that was heard of it.</param>
public sealed class HeldPlace(int shopper, Place place, Fact givenBy)
{
    public int Shopper { get; } = shopper;

    public Place Place { get; } = place;

    public Fact GivenBy { get; } = givenBy;

    /// <summary>The shopper has read of it.</summary>
    public Fact? ToldBy { get; set; }

    /// <summary>The shopper has asked to leave it.</summary>
    public Fact.Leaving? Leaving { get; set; }

    /// <summary>The same, and not taken back by joining again: what an old copy of Redis may still say.</summary>
    public Fact.Leaving? LastLeaving { get; set; }

    /// <summary>Requests to leave that were sent and not acknowledged: each may still arrive, whatever the shopper does since.</summary>
    public int LeavesUnderWay { get; set; }

    /// <summary>Leaving was acknowledged.</summary>
    public Fact.Left? Left { get; set; }

    /// <summary>Every turn it had, the last one at the end.</summary>
    public List<Turn> Turns { get; } = [];

    /// <summary>When the shopper was answered that it waits.</summary>
    public List<Heard> Heard { get; } = [];

    /// <summary>The last state that the shopper was told, once joined.</summary>
    public PlaceState? State { get; set; }
}
