using System.Globalization;

namespace FlashSale.PaymentSimulator.Api;

/// <summary>The form of <c>POST /v1/payment_intents</c>.</summary>
public sealed record IntentForm(
    long Amount, string Currency, IReadOnlyDictionary<string, string> Metadata, bool ManualCapture,
    string? PaymentMethod, bool Confirm)
{
    /// <summary>Null with a problem when a parameter is missing or wrong.</summary>
    public static IntentForm? Read(IFormCollection form, out StripeAnswer? problem)
    {
        problem = null;
        if (!long.TryParse(form["amount"], NumberStyles.None, CultureInfo.InvariantCulture, out var amount) || amount < 1)
            problem = StripeAnswer.Missing("amount");
        else if (form["currency"].ToString() is not { Length: 3 })
            problem = StripeAnswer.Missing("currency");
        else if (MethodOf(form) is { } method && !Money.TestCards.Exists(method))
            problem = StripeAnswer.NoSuch("payment_method", method);
        if (problem is not null) return null;

        return new IntentForm(
            amount,
            form["currency"].ToString(),
            ReadMetadata(form),
            ManualCapture: form["capture_method"] == "manual",
            MethodOf(form),
            Confirm: form["confirm"] == "true");
    }

    public static string? MethodOf(IFormCollection form) =>
        form["payment_method"].ToString() is { Length: > 0 } method ? method : null;

    public static long? AmountOf(IFormCollection form, string key) =>
        long.TryParse(form[key], NumberStyles.None, CultureInfo.InvariantCulture, out var amount) ? amount : null;

    private static Dictionary<string, string> ReadMetadata(IFormCollection form) => form
        .Where(pair => pair.Key.StartsWith("metadata[", StringComparison.Ordinal) && pair.Key.EndsWith(']'))
        .ToDictionary(pair => pair.Key["metadata[".Length..^1], pair => pair.Value.ToString());
}
