using System.Globalization;
using System.Text.Json;

using FlashSale.Checkout.Http;
using FlashSale.Contract;

namespace FlashSale.Checkout.Sales;

/// <summary>
/// Applies the settings in a body to a sale: a field that is absent keeps what the sale has (its default, when new), and
/// every field that is wrong adds one line to <see cref="Errors"/>.
/// </summary>
internal sealed class SaleSettings(JsonElement body)
{
    /// <summary>Durations in seconds: at most a day.</summary>
    public const int MaxSeconds = 86_400;

    /// <summary>A bank's challenge takes a minute or two; a cart is not kept from the next in line for longer than this.</summary>
    public const int MaxAuthenticationSeconds = 900;
    public const int MaxInventory = 1_000_000;

    /// <summary>In minor units, of any currency: how much of one the provider takes, <see cref="Currencies"/> says.</summary>
    public const long MaxAmount = 999_999_999_999;

    /// <summary>Characters, as wide as their columns.</summary>
    private const int MaxBeacon = 200, MaxBeaconValue = 512;

    private readonly List<string> _errors = [];

    public IReadOnlyList<string> Errors => _errors;

    /// <summary>A new sale before the body has been applied: inventory and price must be given.</summary>
    public static Sale New(SaleId id, DateTimeOffset now, string seed) => new()
    {
        Id = id,
        Name = id.Value,
        Inventory = 0,
        MaxUnit = 0,
        Price = new Money(0, ""),
        Storefront = StorefrontId.Parse("demo"),
        QueueOpensAt = now,
        StartsAt = now,
        Seed = seed,
    };

    /// <param name="now">The ledger's time.</param>
    public Sale ApplyTo(Sale sale, bool isNew, DateTimeOffset now)
    {
        var changed = sale with
        {
            Name = Text("name", sale.Name, 1, 200)!,
            Inventory = (int)Whole("inventory", sale.Inventory, 1, MaxInventory),
            Price = Price(sale.Price),
            Storefront = Storefront(sale.Storefront),
            QueueOpensAt = Time("queueOpensAt", sale.QueueOpensAt)!.Value,
            StartsAt = Time("startsAt", sale.StartsAt)!.Value,
            EndsAt = Time("endsAt", sale.EndsAt, nullable: true),
            Order = OneOf("order", sale.Order, ("fifo", LineOrder.Fifo), ("shuffle", LineOrder.Shuffle)),
            Identity = OneOf("identity", sale.Identity,
                ("anonymous", IdentityRule.Anonymous), ("storefront", IdentityRule.Storefront)),
            AdmitPerSecond = (int)Whole("admitPerSecond", sale.AdmitPerSecond, 1, 100_000),
            ClaimSeconds = Seconds("claimSeconds", sale.ClaimSeconds),
            PaySeconds = Seconds("paySeconds", sale.PaySeconds),
            PaymentAttempts = (int)Whole("paymentAttempts", sale.PaymentAttempts, 1, 100),
            AuthenticationSeconds = (int)Whole("authenticationSeconds", sale.AuthenticationSeconds, 0, MaxAuthenticationSeconds),
            PresenceSeconds = Seconds("presenceSeconds", sale.PresenceSeconds),
            GraceSeconds = (int)Whole("graceSeconds", sale.GraceSeconds, 1, 300),
            Paused = Flag("paused", sale.Paused),
            Message = Text("message", sale.Message, 0, 500, nullable: true),
            ProofOfWork = Proof(sale.ProofOfWork),
            Beacon = Text("beacon", sale.Beacon, 1, MaxBeacon, nullable: true),
            BeaconValue = Text("beaconValue", sale.BeaconValue, 1, MaxBeaconValue, nullable: true),
        };
        if (isNew && !Has("inventory", out _)) _errors.Add("inventory: is required");
        if (isNew && !Has("price", out _)) _errors.Add("price: is required");
        // Of a new sale's two times the one that is not given fits the one that is.
        if (isNew && changed.QueueOpensAt > changed.StartsAt)
        {
            if (!Has("queueOpensAt", out _)) changed = changed with { QueueOpensAt = changed.StartsAt };
            else if (!Has("startsAt", out _)) changed = changed with { StartsAt = changed.QueueOpensAt };
        }
        if (changed.QueueOpensAt > changed.StartsAt) _errors.Add("queueOpensAt: must not be after startsAt");
        if (changed.EndsAt <= changed.StartsAt) _errors.Add("endsAt: must be after startsAt");
        CheckBeacon(sale, changed, isNew, now);
        return changed;
    }

    /// <summary>Named before anybody can join, known after all have, and never another one: so nobody can choose the order.</summary>
    private void CheckBeacon(Sale sale, Sale changed, bool isNew, DateTimeOffset now)
    {
        if (changed.Beacon is not null && changed.Order != LineOrder.Shuffle) _errors.Add("beacon: only a shuffled sale has one");
        if (!isNew && changed.Beacon != sale.Beacon && now >= sale.QueueOpensAt)
            _errors.Add("beacon: must be named before the line opens, and stays what it is from then on");
        if (changed.BeaconValue == sale.BeaconValue) return;
        if (sale.BeaconValue is not null) _errors.Add("beaconValue: stays what it is");
        else if (changed.Beacon is null) _errors.Add("beaconValue: no beacon was named");
        else if (isNew || now < changed.StartsAt) _errors.Add("beaconValue: is told after the start");
    }

    private bool Has(string name, out JsonElement value) => body.TryGetProperty(name, out value);

    private int Seconds(string name, int now) => (int)Whole(name, now, 1, MaxSeconds);

    private long Whole(string name, long now, long min, long max)
    {
        if (!Has(name, out var value)) return now;
        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) && number >= min && number <= max)
            return number;
        return Wrong(name, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {min} to {max}"), now);
    }

    private bool Flag(string name, bool now) =>
        !Has(name, out var value) ? now
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : Wrong(name, "must be true or false", now);

    private string? Text(string name, string? now, int min, int max, bool nullable = false)
    {
        if (!Has(name, out var value)) return now;
        if (nullable && value.ValueKind is JsonValueKind.Null) return null;
        if (value.ValueKind is JsonValueKind.String && value.GetString() is { } text && text.Length >= min
            && text.Length <= max && !text.Any(char.IsControl) && IsUtf16(text))
            return text;
        return Wrong(name, $"must be a text of {min} to {max} characters without control characters", now);
    }

    private static bool IsUtf16(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at])) continue;
            if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1])) return false;
            at++;
        }
        return true;
    }

    private T OneOf<T>(string name, T now, params (string Text, T Value)[] choices)
    {
        if (!Has(name, out var value)) return now;
        var text = value.ValueKind is JsonValueKind.String ? value.GetString() : null;
        foreach (var choice in choices)
            if (choice.Text == text) return choice.Value;
        return Wrong(name, "must be one of " + string.Join(", ", choices.Select(choice => choice.Text)), now);
    }

    private DateTimeOffset? Time(string name, DateTimeOffset? now, bool nullable = false)
    {
        if (!Has(name, out var value)) return now;
        if (nullable && value.ValueKind is JsonValueKind.Null) return null;
        return ZonedTime.Read(value) ?? Wrong(name, ZonedTime.Rule, now);
    }

    private Money Price(Money now)
    {
        if (!Has("price", out var value)) return now;
        if (value.ValueKind is JsonValueKind.Object
            && value.TryGetProperty("amount", out var amount) && amount.ValueKind is JsonValueKind.Number
            && amount.TryGetInt64(out var units) && units is >= 1 and <= MaxAmount
            && value.TryGetProperty("currency", out var currency) && currency.ValueKind is JsonValueKind.String
            && currency.GetString() is { Length: 3 } code && code.All(char.IsAsciiLetterLower))
            return new Money(units, code);
        return Wrong("price",
            $"must be {{ \"amount\": 1 to {MaxAmount} minor units, \"currency\": three lower-case letters }}", now);
    }

    private ProofOfWork? Proof(ProofOfWork? now)
    {
        if (!Has("proofOfWork", out var value)) return now;
        if (value.ValueKind is JsonValueKind.Null) return null;
        var usual = new ProofOfWork();
        if (value.ValueKind is JsonValueKind.Object && Part("bits", usual.Bits) is >= 1 and <= ProofOfWork.MaxBits and var bits
            && Part("aboveJoinsPerSecond", usual.AboveJoinsPerSecond) is >= 0 and <= ProofOfWork.MaxJoinsPerSecond and var above)
            return new ProofOfWork(bits, above);
        return Wrong("proofOfWork", string.Create(CultureInfo.InvariantCulture,
            $"must be null or {{ \"bits\": 1 to {ProofOfWork.MaxBits}, \"aboveJoinsPerSecond\": 0 to {ProofOfWork.MaxJoinsPerSecond} }}"), now);

        int Part(string name, int usual) =>
            !value.TryGetProperty(name, out var part) ? usual
            : part.ValueKind is JsonValueKind.Number && part.TryGetInt32(out var number) ? number : -1;
    }

    private StorefrontId Storefront(StorefrontId now)
    {
        if (!Has("storefront", out var value)) return now;
        return value.ValueKind is JsonValueKind.String && StorefrontId.TryParse(value.GetString(), out var id)
            ? id
            : Wrong("storefront", "must be a storefront's id", now);
    }

    private T Wrong<T>(string name, string rule, T now)
    {
        _errors.Add($"{name}: {rule}");
        return now;
    }
}
