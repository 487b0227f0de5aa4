namespace FlashSale.Tests.Architecture;

/// <summary>A room knows another: it names a type or a namespace of it, in that file.</summary>
public sealed record RoomEdge(string From, string To, string File)
{
    public override string ToString() => $"{From} → {To} ({File})";
}
