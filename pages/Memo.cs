using System.Collections.Concurrent;

namespace FlashSale.Pages;

/// <summary>
/// What has been read from a header's text. Browsers send the same few texts over and over, and reading one costs more
/// than sending a page. Bounded: when full it forgets everything; a text too long to be usual is read each time.
/// </summary>
internal sealed class Memo<T>(Func<string, T> read)
{
    private const int Most = 512;
    private const int LongestText = 256;

    private readonly ConcurrentDictionary<string, T> _known = new(StringComparer.Ordinal);

    public T Of(string text)
    {
        if (_known.TryGetValue(text, out var known)) return known;
        var value = read(text);
        if (text.Length > LongestText) return value;
        if (_known.Count >= Most) _known.Clear();
        _known[text] = value;
        return value;
    }
}
