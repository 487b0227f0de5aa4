using System.Text.Json;

using Microsoft.Extensions.Options;

namespace FlashSale.PaymentSimulator.Money;

/// <summary>
/// The provider's own books: every movement appended to a list and a file, and summed up from nothing else. It knows
/// nothing of the intents' states, so that it can judge them.
/// </summary>
public sealed class MoneyLedger : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LedgerPayment> _payments = [];
    private readonly Dictionary<string, List<string>> _bySale = [];
    private readonly List<Movement> _restored = [];
    private readonly StreamWriter? _file;

    public MoneyLedger(IOptions<SimulatorOptions> options)
    {
        if (options.Value.LedgerFile is not { Length: > 0 } path) return;
        Restore(path);
        var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        _file = new StreamWriter(stream) { AutoFlush = true };
    }

    /// <summary>What an earlier process had written, oldest first.</summary>
    public IReadOnlyList<Movement> Restored => _restored;

    public void Append(Movement movement)
    {
        lock (_gate)
        {
            Apply(movement);
            _file?.WriteLine(JsonSerializer.Serialize(movement, MoneyJson.Default.Movement));
        }
    }

    /// <summary>The payments of a sale, or all of them, in the order of their beginning.</summary>
    public IReadOnlyList<LedgerPayment> Payments(string? sale)
    {
        lock (_gate)
        {
            return sale is null ? [.. _payments.Values]
                : _bySale.TryGetValue(sale, out var intents) ? [.. intents.Select(id => _payments[id])] : [];
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _payments.Clear();
            _bySale.Clear();
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Apply(Movement movement)
    {
        if (movement.Kind == "created")
        {
            Begin(movement);
            return;
        }

        if (!_payments.TryGetValue(movement.Intent, out var payment)) return;
        _payments[movement.Intent] = movement.Kind switch
        {
            "authorised" => payment with { Authorised = true },
            "captured" => payment with { Captured = payment.Captured + movement.Amount },
            "refunded" => payment with { Refunded = payment.Refunded + movement.Amount },
            "refundFailed" => payment with { Refunded = payment.Refunded - movement.Amount },
            "voided" => payment with { Voided = true },
            _ => payment,
        };
    }

    private void Begin(Movement movement)
    {
        var metadata = movement.Metadata ?? new Dictionary<string, string>();
        _payments[movement.Intent] = new LedgerPayment(
            movement.Intent, metadata.GetValueOrDefault("reservation", ""), movement.Amount, movement.Currency ?? "",
            Authorised: false, Captured: 0, Refunded: 0, Voided: false);
        var sale = metadata.GetValueOrDefault("sale", "");
        if (!_bySale.TryGetValue(sale, out var intents)) _bySale[sale] = intents = [];
        intents.Add(movement.Intent);
    }

    // A last line cut short by a kill is not a movement: it was never answered.
    private void Restore(string path)
    {
        if (!File.Exists(path)) return;
        foreach (var line in File.ReadLines(path))
        {
            Movement? movement;
            try
            {
                movement = JsonSerializer.Deserialize(line, MoneyJson.Default.Movement);
            }
            catch (JsonException)
            {
                continue;
            }

            if (movement is null) continue;
            _restored.Add(movement);
            Apply(movement);
        }
    }
}
