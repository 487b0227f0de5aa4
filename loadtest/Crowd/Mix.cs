using System.Globalization;

namespace FlashSale.LoadTest.Crowd;

/// <summary>How many of the shoppers behave how, as shares of 1; the rest buys.</summary>
public sealed record Mix(IReadOnlyDictionary<Behaviour, double> Shares)
{
    public static readonly Mix AllBuy = new(new Dictionary<Behaviour, double>());

    /// <summary>The behaviour of a shopper, by a draw from [0, 1).</summary>
    public Behaviour At(double draw)
    {
        foreach (var (behaviour, share) in Shares)
        {
            if (draw < share) return behaviour;
            draw -= share;
        }
        return Behaviour.Buys;
    }

    /// <summary>The shares by name, whatever the case.</summary>
    /// <exception cref="FormatException">No such behaviour, no share, or more than all of them.</exception>
    public static Mix Of(IEnumerable<KeyValuePair<string, double>> named)
    {
        ArgumentNullException.ThrowIfNull(named);
        var shares = new Dictionary<Behaviour, double>();
        foreach (var (name, share) in named)
        {
            var known = Enum.GetNames<Behaviour>().FirstOrDefault(one => one.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new FormatException($"there is no behaviour {name}; there are: {string.Join(", ", Enum.GetNames<Behaviour>())}");
            if (share is not (>= 0 and <= 1)) throw new FormatException($"{known} must be between 0 and 1");
            if (!shares.TryAdd(Enum.Parse<Behaviour>(known), share)) throw new FormatException($"{known} is there twice");
        }
        // The sum of shares such as 0.7, 0.2 and 0.1 may come out a little above 1.
        return shares.Values.Sum() <= 1 + 1e-9 ? new Mix(shares) : throw new FormatException("the shares exceed 1");
    }

    /// <summary><c>NeverPays=0.1,ComesBackLate=0.05</c>.</summary>
    /// <exception cref="FormatException">As for <see cref="Of"/>, or something else than that.</exception>
    public static Mix Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Of(text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(one =>
        {
            var parts = one.Split('=', 2, StringSplitOptions.TrimEntries);
            return parts.Length == 2
                && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var share)
                    ? KeyValuePair.Create(parts[0], share)
                    : throw new FormatException($"{one} is no BEHAVIOUR=SHARE, such as NeverPays=0.1");
        }));
    }
}
