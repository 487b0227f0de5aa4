using System.Collections.Concurrent;

using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Hosting;

/// <summary>Answers of one kind.</summary>
/// <param name="Status">HTTP's; 0 for no answer.</param>
/// <param name="Code">The problem's; empty for a success.</param>
public sealed record AnswerRow(string Step, int Status, string Code, long Count, long Bytes);

/// <summary>What every single request of a scenario was answered; safe to use from many shoppers.</summary>
public sealed class AnswerTable
{
    /// <summary>Different kinds that are told apart; the rest of a step and status count as one.</summary>
    private const int MostKinds = 500;
    private const string Others = "(others)";

    private readonly ConcurrentDictionary<(string Step, int Status, string Code), (long Count, long Bytes)> _rows = new();

    public IReadOnlyList<AnswerRow> Rows => [.. _rows
        .Select(row => new AnswerRow(row.Key.Step, row.Key.Status, row.Key.Code, row.Value.Count, row.Value.Bytes))
        .OrderBy(row => row.Step, StringComparer.Ordinal).ThenBy(row => row.Status).ThenBy(row => row.Code, StringComparer.Ordinal)];

    public void Count(string step, Exchange exchange)
    {
        var key = (step, exchange.Status, exchange.Problem ?? "");
        if (_rows.Count >= MostKinds && !_rows.ContainsKey(key)) key = (step, exchange.Status, Others);
        _rows.AddOrUpdate(
            key, (1, exchange.Bytes), (_, so) => (so.Count + 1, so.Bytes + exchange.Bytes));
    }
}

/// <summary>The requests of one step of one shopper: a double click makes several at a time.</summary>
public sealed class StepExchanges(AnswerTable table)
{
    private const string None = "no request";

    private readonly List<Exchange> _heard = [];
    private string _step = "";

    /// <summary>Of the answers the first that HTTP's numbers put in order: a success before a refusal, no answer last.</summary>
    public string Status
    {
        get
        {
            lock (_heard)
            {
                return _heard.Count == 0
                    ? None : Text(_heard.MinBy(exchange => exchange.Status == 0 ? int.MaxValue : exchange.Status));
            }
        }
    }

    /// <summary>The last answer's, for what follows redirects.</summary>
    public string LastStatus
    {
        get
        {
            lock (_heard) return _heard.Count == 0 ? None : Text(_heard[^1]);
        }
    }

    /// <summary>Of all answers.</summary>
    public long Bytes
    {
        get
        {
            lock (_heard) return _heard.Sum(exchange => exchange.Bytes);
        }
    }

    /// <summary>The last of them is worth repeating.</summary>
    public bool IsTemporary
    {
        get
        {
            lock (_heard) return _heard.Count > 0 && Answers.IsTemporary(_heard[^1].Status);
        }
    }

    public void Begin(string step)
    {
        lock (_heard)
        {
            _heard.Clear();
            _step = step;
        }
    }

    public void Add(Exchange exchange)
    {
        lock (_heard)
        {
            _heard.Add(exchange);
            table.Count(_step, exchange);
        }
    }

    private static string Text(Exchange one) => one.Problem is null ? $"{one.Status}" : $"{one.Status} {one.Problem}";
}
