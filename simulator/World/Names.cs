using System.Buffers.Binary;

using FlashSale.Contract;

namespace FlashSale.Simulator.World;

/// <summary>Shoppers by number: each is a visitor's id, which the line keeps as it is.</summary>
internal static class Names
{
    private const int MostShoppers = 4000;

    private static readonly ShopperId[] s_ids = [.. Enumerable.Range(0, MostShoppers + 1).Select(Make)];
    private static readonly Dictionary<string, int> s_numbers =
        s_ids.Select((id, number) => (id.Value, number)).ToDictionary(pair => pair.Value, pair => pair.number);

    /// <param name="shopper">1, 2, …</param>
    public static ShopperId Id(int shopper) => s_ids[shopper];

    /// <summary>Whose it is; 0 for nobody's.</summary>
    public static int Of(string id) => id.Length == 0 ? 0 : s_numbers[id];

    /// <summary>Whose field of the line's scripts it is: a zero, and the hash.</summary>
    public static int OfField(byte[] field) => BinaryPrimitives.ReadInt32BigEndian(field.AsSpan(1));

    private static ShopperId Make(int number)
    {
        Span<byte> hash = stackalloc byte[ShopperId.VisitorBytes];
        BinaryPrimitives.WriteInt32BigEndian(hash, number);
        return ShopperId.Visitor(hash);
    }
}
