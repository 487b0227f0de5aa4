namespace FlashSale.PaymentSimulator.Intents;

/// <summary>The form of <c>POST /v1/refunds</c>.</summary>
/// <param name="Amount">Null: all that is left.</param>
public sealed record RefundForm(string Intent, long? Amount, string? Reason, IReadOnlyDictionary<string, string> Metadata)
{
    public static RefundForm Read(IFormCollection form) => new(
        form["payment_intent"].ToString(), IntentForm.AmountOf(form, "amount"), IntentForm.Text(form, "reason"),
        IntentForm.MetadataOf(form));
}
