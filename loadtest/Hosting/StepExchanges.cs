using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Hosting;

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
