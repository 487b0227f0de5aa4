namespace FlashSale.Simulator.Checking;

/// <summary>A shopper.</summary>
public sealed class Person(int id)
{
    public int Id { get; } = id;

    /// <summary>Every place Redis gave, the newest at the end.</summary>
    public List<HeldPlace> Places { get; } = [];

    /// <summary>The place that the shopper was told last.</summary>
    public HeldPlace? Current { get; set; }

    /// <summary>Since when they poll as told and are answered; null while they do not.</summary>
    public long? ObeysSince { get; set; } = 0;
}
