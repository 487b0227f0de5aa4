using System.Text.RegularExpressions;

using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Api;

/// <summary>
/// Stripe's search language, as far as the simulator speaks it: <c>metadata['sale']:'xphone' AND status:'requires_capture'</c>.
/// What it can't read is an error, as with Stripe; never everything.
/// </summary>
public static partial class SearchQuery
{
    /// <summary>Null when it can't be read.</summary>
    public static Func<Intent, bool>? Read(string query)
    {
        if (!Whole().IsMatch(query)) return null;
        var terms = Term().Matches(query).Select(match => (
            Field: match.Groups["field"].Value, Key: match.Groups["key"].Value, Value: match.Groups["value"].Value)).ToList();
        return intent => terms.All(term => term.Field switch
        {
            "status" => intent.Status == term.Value,
            "currency" => intent.Currency == term.Value,
            _ => intent.MetadataOf(term.Key) == term.Value,
        });
    }

    private const string OneTerm =
        """(?:metadata\[(?:'(?<key>[^']+)'|"(?<key>[^"]+)")\]|(?<field>status|currency))\s*:\s*(?:'(?<value>[^']*)'|"(?<value>[^"]*)")""";

    [GeneratedRegex(@"^\s*" + OneTerm + @"(?:\s+(?:AND\s+)?" + OneTerm + @")*\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Whole();

    [GeneratedRegex(OneTerm, RegexOptions.ExplicitCapture)]
    private static partial Regex Term();
}
