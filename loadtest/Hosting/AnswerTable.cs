using System.Collections.Concurrent;

using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Hosting;

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
