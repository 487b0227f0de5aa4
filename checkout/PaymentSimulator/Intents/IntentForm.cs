using System.Globalization;

using FlashSale.Contract;
using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Intents;

/// <summary>The form of <c>POST /v1/payment_intents</c>.</summary>
public sealed record IntentForm(
    long Amount, string Currency, IReadOnlyDictionary<string, string> Metadata, bool ManualCapture, bool Confirm)
{
    public ConfirmForm Confirmation { get; init; } = new(null, null);
    public string? AllowRedirects { get; init; }
    public string? Description { get; init; }
    public string? StatementDescriptor { get; init; }
    public string? StatementDescriptorSuffix { get; init; }
    public string? ReceiptEmail { get; init; }

    /// <summary>Null with a problem when a parameter is missing or wrong.</summary>
    public static IntentForm? Read(IFormCollection form, Tokens tokens, out StripeAnswer? problem)
    {
        problem = null;
        var currency = form["currency"].ToString();
        if (!long.TryParse(form["amount"], NumberStyles.None, CultureInfo.InvariantCulture, out var amount) || amount < 1)
            problem = StripeAnswer.Missing("amount");
        else if (currency.Length == 0) problem = StripeAnswer.Missing("currency");
        else problem = Payable(amount, currency.ToLowerInvariant());
        var confirmation = problem is null ? ConfirmForm.Read(form, tokens, out problem) : null;
        if (confirmation is null) return null;

        return new IntentForm(
            amount, currency.ToLowerInvariant(), MetadataOf(form), ManualCapture: form["capture_method"] == "manual",
            Confirm: form["confirm"] == "true")
        {
            Confirmation = confirmation,
            AllowRedirects = form["automatic_payment_methods[enabled]"] == "true"
                ? Text(form, "automatic_payment_methods[allow_redirects]") ?? "always" : null,
            Description = Text(form, "description"),
            StatementDescriptor = Text(form, "statement_descriptor"),
            StatementDescriptorSuffix = Text(form, "statement_descriptor_suffix"),
            ReceiptEmail = Text(form, "receipt_email"),
        };
    }

    public static long? AmountOf(IFormCollection form, string key) =>
        long.TryParse(form[key], NumberStyles.None, CultureInfo.InvariantCulture, out var amount) ? amount : null;

    public static string? Text(IFormCollection form, string key) => form[key].ToString() is { Length: > 0 } text ? text : null;

    internal static StripeAnswer? Payable(long amount, string currency)
    {
        var price = new FlashSale.Contract.Money(amount, currency);
        if (Currencies.WhyNotPayable(price) is not { } reason) return null;
        var known = Currencies.All.GetValueOrDefault(currency);
        var (code, parameter) = known is null ? ((string?)null, "currency")
            : amount < known.Least ? ("amount_too_small", "amount")
            : amount > known.Most ? ("amount_too_large", "amount") : ("parameter_invalid_integer", "amount");
        return StripeAnswer.Problem(
            400, "invalid_request_error", code, known is null ? $"Invalid currency: {currency}" : reason, saved: false,
            parameter);
    }

    internal static Dictionary<string, string> MetadataOf(IFormCollection form, string field = "metadata") => form
        .Where(pair => pair.Key.StartsWith(field + "[", StringComparison.Ordinal) && pair.Key.EndsWith(']'))
        .ToDictionary(pair => pair.Key[(field.Length + 1)..^1], pair => pair.Value.ToString());
}
