using FlashSale.PaymentSimulator.Money;

using Microsoft.Extensions.Primitives;

namespace FlashSale.PaymentSimulator.Intents;

/// <summary>The form of <c>POST /v1/checkout/sessions</c>: one unit of one thing, paid once.</summary>
/// <param name="Intent">What its payment will be.</param>
/// <param name="Fields">As they were sent, for the books.</param>
public sealed record SessionForm(
    IntentForm Intent, string Product, string SuccessUrl, string? CancelUrl, string? Reference,
    IReadOnlyDictionary<string, string> Metadata, IReadOnlyDictionary<string, string> Fields)
{
    private const string Price = "line_items[0][price_data]", Data = "payment_intent_data";

    /// <summary>Null with a problem when a parameter is missing or wrong.</summary>
    public static SessionForm? Read(IFormCollection form, out StripeAnswer? problem)
    {
        problem = form["mode"] != "payment" ? StripeAnswer.Missing("mode")
            : IntentForm.Text(form, "success_url") is null ? StripeAnswer.Missing("success_url")
            : form["line_items[0][quantity]"] != "1" || IntentForm.Text(form, $"{Price}[product_data][name]") is null
                ? StripeAnswer.Missing("line_items") : null;
        if (problem is not null) return null;
        var amount = IntentForm.AmountOf(form, $"{Price}[unit_amount]") ?? 0;
        var currency = form[$"{Price}[currency]"].ToString().ToLowerInvariant();
        problem = amount < 1 ? StripeAnswer.Missing("line_items") : IntentForm.Payable(amount, currency);
        if (problem is not null) return null;
        var intent = new IntentForm(amount, currency, IntentForm.MetadataOf(form, $"{Data}[metadata]"),
            ManualCapture: form[$"{Data}[capture_method]"] == "manual", Confirm: false)
        {
            AllowRedirects = null,
            StatementDescriptorSuffix = IntentForm.Text(form, $"{Data}[statement_descriptor_suffix]"),
            ReceiptEmail = IntentForm.Text(form, $"{Data}[receipt_email]"),
        };
        return new SessionForm(
            intent, form[$"{Price}[product_data][name]"].ToString(), form["success_url"].ToString(), IntentForm.Text(form, "cancel_url"),
            IntentForm.Text(form, "client_reference_id"), IntentForm.MetadataOf(form),
            form.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()));
    }

    /// <summary>As the books have it.</summary>
    public static SessionForm Of(IReadOnlyDictionary<string, string> fields) => Read(
        new FormCollection(fields.ToDictionary(pair => pair.Key, pair => new StringValues(pair.Value))), out _)!;

    public HostedSession Open(string id, long now) => new()
    {
        Id = id,
        Created = now,
        Amount = Intent.Amount,
        Currency = Intent.Currency,
        Product = Product,
        SuccessUrl = SuccessUrl,
        CancelUrl = CancelUrl,
        Reference = Reference,
        Metadata = Metadata,
    };
}
