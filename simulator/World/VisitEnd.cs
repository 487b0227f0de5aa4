namespace FlashSale.Simulator.World;

/// <summary>How one visit of a shopper ended.</summary>
internal enum VisitEnd
{
    Bought,

    /// <summary>The turn was missed, or the unit lost, by no wish of the shopper.</summary>
    Lost,

    /// <summary>By their own wish, or habit.</summary>
    Gone,

    /// <summary>Nothing is sold any more.</summary>
    Over,
}
