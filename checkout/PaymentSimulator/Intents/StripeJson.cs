using System.Text.Json.Nodes;

using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Intents;

/// <summary>
/// Stripe's JSON of the objects that the simulator knows, with every field that Stripe's own types call present, also where
/// it is null. What Stripe leaves out is left out.
/// </summary>
public static class StripeJson
{
    /// <summary>Evidence about a dispute is taken for so many seconds.</summary>
    private const long AnswerWithin = 7 * 86_400;

    public static JsonObject Of(Intent intent) => new()
    {
        ["id"] = intent.Id,
        ["object"] = "payment_intent",
        ["allowed_payment_method_types"] = null,
        ["amount"] = intent.Amount,
        ["amount_capturable"] = intent.AmountCapturable,
        ["amount_received"] = intent.AmountReceived,
        ["application"] = null,
        ["application_fee_amount"] = null,
        ["automatic_payment_methods"] = intent.AllowRedirects is not { } redirects ? null
            : new JsonObject { ["allow_redirects"] = redirects, ["enabled"] = true },
        ["canceled_at"] = intent.CanceledAt,
        ["cancellation_reason"] = intent.CancellationReason,
        ["capture_method"] = intent.ManualCapture ? "manual" : "automatic",
        ["client_secret"] = intent.ClientSecret,
        ["confirmation_method"] = "automatic",
        ["created"] = intent.Created,
        ["currency"] = intent.Currency,
        ["customer"] = null,
        ["customer_account"] = null,
        ["description"] = intent.Description,
        ["excluded_payment_method_types"] = null,
        ["last_payment_error"] = LastError(intent),
        ["latest_charge"] = intent.Charges > 0 ? intent.Charge : null,
        ["livemode"] = false,
        ["managed_payments"] = null,
        ["metadata"] = Metadata(intent),
        ["next_action"] = NextAction(intent),
        ["on_behalf_of"] = null,
        ["payment_method"] = intent.PaymentMethod,
        ["payment_method_configuration_details"] = null,
        ["payment_method_options"] = new JsonObject
        {
            ["card"] = new JsonObject
            {
                ["installments"] = null,
                ["mandate_options"] = null,
                ["network"] = null,
                ["request_three_d_secure"] = "automatic",
            },
        },
        ["payment_method_types"] = new JsonArray("card"),
        ["payment_record"] = null,
        ["processing"] = null,
        ["receipt_email"] = intent.ReceiptEmail,
        ["review"] = null,
        ["setup_future_usage"] = null,
        ["shipping"] = null,
        ["source"] = null,
        ["statement_descriptor"] = intent.StatementDescriptor,
        ["statement_descriptor_suffix"] = intent.StatementDescriptorSuffix,
        ["status"] = intent.Status,
        ["transfer_data"] = null,
        ["transfer_group"] = null,
    };

    /// <summary>
    /// The latest charge. An authorisation that was cancelled is shown as Stripe does: not captured, and refunded whole.
    /// </summary>
    public static JsonObject OfCharge(Intent intent)
    {
        var cancelled = intent is { WasAuthorised: true, AmountReceived: 0, AmountCapturable: 0 };
        var refunded = cancelled ? intent.Amount : intent.AmountRefunded;
        var failure = intent.WasAuthorised ? null : intent.LastError;
        return new JsonObject
        {
            ["id"] = intent.Charge,
            ["object"] = "charge",
            ["amount"] = intent.Amount,
            ["amount_captured"] = intent.AmountReceived,
            ["amount_refunded"] = refunded,
            ["application"] = null,
            ["application_fee"] = null,
            ["application_fee_amount"] = null,
            ["balance_transaction"] = null,
            ["billing_details"] = Billing(),
            ["calculated_statement_descriptor"] = intent.StatementDescriptor,
            ["captured"] = intent.AmountReceived > 0,
            ["created"] = intent.Created,
            ["currency"] = intent.Currency,
            ["customer"] = null,
            ["description"] = intent.Description,
            ["disputed"] = false,
            ["failure_balance_transaction"] = null,
            ["failure_code"] = failure?.Code,
            ["failure_message"] = failure?.Message,
            ["fraud_details"] = new JsonObject(),
            ["livemode"] = false,
            ["metadata"] = Metadata(intent),
            ["on_behalf_of"] = null,
            ["outcome"] = null,
            ["paid"] = intent.WasAuthorised,
            ["payment_intent"] = intent.Id,
            ["payment_method"] = intent.PaymentMethod ?? intent.LastMethod,
            ["payment_method_details"] = null,
            ["receipt_email"] = intent.ReceiptEmail,
            ["receipt_number"] = null,
            ["receipt_url"] = null,
            ["refunded"] = refunded > 0 && refunded == (cancelled ? intent.Amount : intent.AmountReceived),
            ["review"] = null,
            ["shipping"] = null,
            ["source"] = null,
            ["source_transfer"] = null,
            ["statement_descriptor"] = intent.StatementDescriptor,
            ["statement_descriptor_suffix"] = intent.StatementDescriptorSuffix,
            ["status"] = intent.WasAuthorised ? "succeeded" : "failed",
            ["transfer_data"] = null,
            ["transfer_group"] = null,
        };
    }

    public static JsonObject OfRefund(RefundMade refund)
    {
        var json = new JsonObject
        {
            ["id"] = refund.Id,
            ["object"] = "refund",
            ["amount"] = refund.Amount,
            ["balance_transaction"] = null,
            ["charge"] = refund.Of.Charge,
            ["created"] = refund.Created,
            ["currency"] = refund.Of.Currency,
            ["customer"] = null,
            ["customer_account"] = null,
            ["metadata"] = Metadata(refund.Metadata),
            ["payment_intent"] = refund.Of.Id,
            ["payment_method"] = refund.Of.PaymentMethod,
            ["reason"] = refund.Reason,
            ["receipt_number"] = null,
            ["source_transfer_reversal"] = null,
            ["status"] = refund.Status,
            ["transfer_reversal"] = null,
        };
        if (refund.Status == "failed") json["failure_reason"] = "unknown";
        return json;
    }

    public static JsonObject OfDispute(DisputeMade dispute)
    {
        string[] evidence =
        [
            "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
            "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
            "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation", "duplicate_charge_explanation",
            "duplicate_charge_id", "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
            "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address", "shipping_carrier",
            "shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
        ];
        var nothing = new JsonObject(evidence.Select(one => KeyValuePair.Create<string, JsonNode?>(one, null)));
        nothing["enhanced_evidence"] = new JsonObject();
        return new JsonObject
        {
            ["id"] = dispute.Id,
            ["object"] = "dispute",
            ["amount"] = dispute.Of.AmountReceived,
            ["balance_transactions"] = new JsonArray(),
            ["charge"] = dispute.Of.Charge,
            ["created"] = dispute.Created,
            ["currency"] = dispute.Of.Currency,
            ["enhanced_eligibility_types"] = new JsonArray(),
            ["evidence"] = nothing,
            ["evidence_details"] = new JsonObject
            {
                ["due_by"] = dispute.Created + AnswerWithin,
                ["enhanced_eligibility"] = new JsonObject(),
                ["has_evidence"] = false,
                ["past_due"] = false,
                ["submission_count"] = 0,
                ["submission_method"] = "not_submitted",
            },
            ["intended_submission_method"] = null,
            ["is_charge_refundable"] = false,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["payment_intent"] = dispute.Of.Id,
            ["reason"] = "fraudulent",
            ["status"] = dispute.Status,
        };
    }

    /// <summary>A card, as a page has made it.</summary>
    public static JsonObject OfMethod(string id, string testCard, long created) => new()
    {
        ["id"] = id,
        ["object"] = "payment_method",
        ["billing_details"] = Billing(),
        ["card"] = Card(testCard),
        ["created"] = created,
        ["customer"] = null,
        ["customer_account"] = null,
        ["livemode"] = false,
        ["metadata"] = new JsonObject(),
        ["type"] = "card",
    };

    /// <summary>What a page hands to the server, so that the server confirms.</summary>
    public static JsonObject OfConfirmationToken(string id, string testCard, long created) => new()
    {
        ["id"] = id,
        ["object"] = "confirmation_token",
        ["created"] = created,
        ["expires_at"] = created + 43_200,
        ["livemode"] = false,
        ["metadata"] = null,
        ["payment_intent"] = null,
        ["payment_method_options"] = null,
        ["payment_method_preview"] = new JsonObject
        {
            ["billing_details"] = Billing(),
            ["card"] = Card(testCard),
            ["customer"] = null,
            ["customer_account"] = null,
            ["type"] = "card",
        },
        ["return_url"] = null,
        ["setup_future_usage"] = null,
        ["setup_intent"] = null,
        ["shipping"] = null,
        ["use_stripe_sdk"] = true,
    };

    public static string List(string url, IReadOnlyList<Intent> intents, bool hasMore, bool search)
    {
        var list = List(url, intents.Select(Of), hasMore);
        if (!search) return list.ToJsonString();
        list["object"] = "search_result";
        list["next_page"] = hasMore ? intents[^1].Id : null;
        return list.ToJsonString();
    }

    public static JsonObject List(string url, IEnumerable<JsonObject> objects, bool hasMore) => new()
    {
        ["object"] = "list",
        ["url"] = url,
        ["has_more"] = hasMore,
        ["data"] = new JsonArray([.. objects]),
    };

    public static string Error(
        string type, string? code, string message, string? declineCode = null, JsonNode? intent = null,
        string? parameter = null)
    {
        var error = new JsonObject { ["type"] = type, ["message"] = message };
        if (code is not null) error["code"] = code;
        if (declineCode is not null) error["decline_code"] = declineCode;
        if (parameter is not null) error["param"] = parameter;
        if (intent is not null) error["payment_intent"] = intent;
        return new JsonObject { ["error"] = error }.ToJsonString();
    }

    private static JsonObject? LastError(Intent intent)
    {
        if (intent.LastError is not { } error) return null;
        var json = new JsonObject
        {
            ["type"] = error.IsOfCard ? "card_error" : "invalid_request_error",
            ["code"] = error.Code,
            ["message"] = error.Message,
        };
        if (error.DeclineCode is { } declineCode) json["decline_code"] = declineCode;
        if (intent.Charges > 0 && error.IsOfCard) json["charge"] = intent.Charge;
        if (intent.LastMethod is { } method) json["payment_method"] = OfMethod(method, method, intent.Created);
        return json;
    }

    private static JsonObject? NextAction(Intent intent)
    {
        if (intent.Status != IntentStatus.RequiresAction) return null;
        var page = ChallengePage.AddressOf(intent);
        return intent.ReturnUrl is { } back
            ? new JsonObject
            {
                ["type"] = "redirect_to_url",
                ["redirect_to_url"] = new JsonObject { ["return_url"] = back, ["url"] = page },
            }
            : new JsonObject
            {
                ["type"] = "use_stripe_sdk",
                ["use_stripe_sdk"] = new JsonObject { ["type"] = "three_d_secure_redirect", ["stripe_js"] = page },
            };
    }

    private static JsonObject Billing() => new()
    {
        ["address"] = new JsonObject
        {
            ["city"] = null,
            ["country"] = null,
            ["line1"] = null,
            ["line2"] = null,
            ["postal_code"] = null,
            ["state"] = null,
        },
        ["email"] = null,
        ["name"] = null,
        ["phone"] = null,
        ["tax_id"] = null,
    };

    private static JsonObject Card(string testCard) => new()
    {
        ["brand"] = testCard.Contains("mastercard", StringComparison.Ordinal) ? "mastercard" : "visa",
        ["checks"] = null,
        ["country"] = "US",
        ["display_brand"] = null,
        ["exp_month"] = 12,
        ["exp_year"] = 2034,
        ["funding"] = "credit",
        ["generated_from"] = null,
        ["last4"] = TestCards.Last4(testCard),
        ["networks"] = null,
        ["regulated_status"] = null,
        ["three_d_secure_usage"] = new JsonObject { ["supported"] = true },
        ["wallet"] = null,
    };

    private static JsonObject Metadata(Intent intent) => Metadata(intent.Metadata);

    private static JsonObject Metadata(IReadOnlyDictionary<string, string> metadata) =>
        new(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}
