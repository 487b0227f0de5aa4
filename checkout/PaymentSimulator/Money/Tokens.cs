using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace FlashSale.PaymentSimulator.Money;

/// <summary>
/// What a shopper's page has made of a card: payment methods and confirmation tokens, by id. No card number is kept, only
/// which test card it is.
/// </summary>
public sealed class Tokens
{
    /// <summary>Kept at the most; a page makes one for each click on "pay".</summary>
    private const int MaxTokens = 1_000_000;

    private readonly ConcurrentDictionary<string, string> _methods = new();

    /// <summary>A new id that stands for a test card.</summary>
    /// <param name="prefix"><c>pm_</c> or <c>ctoken_</c>.</param>
    public string Make(string prefix, string testCard)
    {
        if (_methods.Count >= MaxTokens) _methods.Clear();
        var id = prefix + "1" + RandomNumberGenerator.GetHexString(23);
        _methods[id] = testCard;
        return id;
    }

    /// <summary>The test card that an id stands for (itself, when it is one), or null.</summary>
    public string? Find(string id) => TestCards.Exists(id) ? id : _methods.GetValueOrDefault(id);
}
