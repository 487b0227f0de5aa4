using Microsoft.Extensions.Primitives;

namespace FlashSale.Gateway.Tickets;

/// <summary>
/// Every value of a cookie's name in the order of the headers, found without parsing the others into objects. A browser may hold
/// two of a name (an older one for a longer path or another domain), and sends the older first.
/// </summary>
public ref struct CookieValues(StringValues headers, string name)
{
    private ReadOnlySpan<char> _rest;
    private int _next;

    public ReadOnlySpan<char> Current { get; private set; }

    public readonly CookieValues GetEnumerator() => this;

    public bool MoveNext()
    {
        while (true)
        {
            while (!_rest.IsEmpty)
            {
                var end = _rest.IndexOf(';');
                var pair = (end < 0 ? _rest : _rest[..end]).Trim(' ');
                _rest = end < 0 ? default : _rest[(end + 1)..];
                if (pair.Length <= name.Length || pair[name.Length] != '=' || !pair.StartsWith(name, StringComparison.Ordinal)) continue;
                Current = pair[(name.Length + 1)..];
                return true;
            }
            if (_next >= headers.Count) return false;
            _rest = headers[_next++].AsSpan();
        }
    }
}
