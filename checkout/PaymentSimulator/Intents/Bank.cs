using System.Security.Cryptography;

using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Intents;

/// <summary>
/// The intents and what may be done with them. Every operation is a method here, answers as Stripe would, and writes
/// what moved to the <see cref="MoneyLedger"/>. One lock guards all of it: no operation waits for anything.
/// </summary>
public sealed partial class Bank
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Intent> _intents = [];
    private readonly List<Intent> _inOrder = [];
    private readonly List<RefundMade> _refunds = [];
    private readonly List<DisputeMade> _disputes = [];
    private readonly MoneyLedger _ledger;
    private readonly TimeProvider _time;

    public Bank(MoneyLedger ledger, TimeProvider time)
    {
        _ledger = ledger;
        _time = time;
        foreach (var movement in ledger.Restored) Replay(movement);
    }

    public StripeAnswer Create(IntentForm form, BankMood mood)
    {
        lock (_gate)
        {
            var intent = Make(form, null);
            return form.Confirm ? Authorise(intent, mood) : StripeAnswer.Of(intent, "payment_intent.created");
        }
    }

    public StripeAnswer Retrieve(string id) => With(id, intent => StripeAnswer.Of(intent));

    /// <summary>The intent as it is now, or null; not to be changed.</summary>
    public Intent? Look(string id)
    {
        lock (_gate) return _intents.GetValueOrDefault(id);
    }

    public StripeAnswer Confirm(string id, ConfirmForm form, BankMood mood) => With(id, intent =>
    {
        if (intent.Session is not null || intent.Status is not (IntentStatus.RequiresPaymentMethod
            or IntentStatus.RequiresConfirmation or IntentStatus.RequiresAction)) return StripeAnswer.UnexpectedState(intent, "confirm");
        intent.PaymentMethod = form.PaymentMethod ?? intent.PaymentMethod;
        intent.ReturnUrl = form.ReturnUrl;
        return intent.PaymentMethod is null
            ? StripeAnswer.Missing("payment_method") : Authorise(intent, mood);
    });

    /// <summary>
    /// The bank's challenge ends, or what was processing does. Ended before, or cancelled meanwhile: the intent as it is.
    /// </summary>
    public StripeAnswer EndChallenge(string id, Challenge outcome, CardDecline? declined) => With(id, intent =>
    {
        if (intent.Status is not (IntentStatus.RequiresAction or IntentStatus.Processing)) return StripeAnswer.Of(intent);
        if (outcome is Challenge.Fail)
        {
            Refuse(intent, CardDecline.NotAuthenticated);
            return StripeAnswer.Of(intent, "payment_intent.payment_failed");
        }

        if ((TestCards.DeclineOf(intent.PaymentMethod!) ?? declined) is not { } decline) return Take(intent);
        intent.Charges++;
        Refuse(intent, decline);
        return StripeAnswer.Of(intent, "payment_intent.payment_failed");
    });

    public StripeAnswer Capture(string id, long? amount, BankMood mood) => With(id, intent =>
    {
        if (intent.Status != IntentStatus.RequiresCapture) return StripeAnswer.UnexpectedState(intent, "capture");
        if (amount is < 1 || amount > intent.AmountCapturable) return StripeAnswer.Invalid("amount_to_capture is out of range");
        if (mood.DeclineCapture)
        {
            _ledger.Append(new(Now, intent.Id, "voided", intent.AmountCapturable));
            intent.AmountCapturable = 0;
            Refuse(intent, CardDecline.Generic);
            return StripeAnswer.Declined(intent, CardDecline.Generic);
        }

        Capture(intent, amount ?? intent.AmountCapturable);
        return StripeAnswer.Of(intent, "payment_intent.succeeded");
    });

    public StripeAnswer Cancel(string id, string? reason, BankMood mood) => With(id, intent =>
    {
        // What is being worked on can't be taken back until it is known.
        if (intent.Status is IntentStatus.Succeeded or IntentStatus.Canceled or IntentStatus.Processing
            || intent.Session is { Status: HostedSession.Open })
            return StripeAnswer.UnexpectedState(intent, "cancel");
        if (mood.VoidFails) return StripeAnswer.ProviderFailed("The authorisation could not be voided.");
        if (intent.AmountCapturable > 0) _ledger.Append(new(Now, intent.Id, "voided", intent.AmountCapturable));
        intent.AmountCapturable = 0;
        intent.Status = IntentStatus.Canceled;
        intent.CanceledAt = Now;
        intent.CancellationReason = reason;
        return StripeAnswer.Of(intent, "payment_intent.canceled");
    });

    public StripeAnswer Refund(RefundForm form, BankMood mood) => With(form.Intent, intent =>
    {
        if (intent.Status != IntentStatus.Succeeded) return StripeAnswer.UnexpectedState(intent, "refund");
        var left = intent.AmountReceived - intent.AmountRefunded;
        if (left == 0)
            return StripeAnswer.Problem(400, "invalid_request_error", "charge_already_refunded", "Already refunded.");
        var amount = form.Amount ?? left;
        if (amount < 1 || amount > left) return StripeAnswer.Invalid("amount is greater than what is left to refund");
        if (mood.RefundFails) return StripeAnswer.ProviderFailed("The refund could not be made.");
        var refund = new RefundMade
        {
            Id = NewId("re_"),
            Of = intent,
            Amount = amount,
            Created = Now,
            Reason = form.Reason,
            Metadata = form.Metadata,
            Status = mood.RefundFailsLater ? "failed" : mood.RefundPends ? "pending" : "succeeded",
        };
        _refunds.Add(refund);
        if (refund.Status == "failed") return StripeAnswer.Of(refund, "refund.failed");
        intent.AmountRefunded += amount;
        if (refund.Status == "succeeded") _ledger.Append(new(Now, intent.Id, "refunded", amount));
        return StripeAnswer.Of(refund, "charge.refunded");
    });

    /// <summary>A refund that was pending succeeds, or one fails, also after it has succeeded. Nothing, when it is so already.</summary>
    public StripeAnswer? EndRefund(string id, bool succeeds)
    {
        lock (_gate)
        {
            if (_refunds.Find(one => one.Id == id) is not { } refund || refund.Status == "failed") return null;
            if (succeeds && refund.Status != "pending") return null;
            var intent = refund.Of;
            if (succeeds) _ledger.Append(new(Now, intent.Id, "refunded", refund.Amount));
            else
            {
                if (refund.Status == "succeeded") _ledger.Append(new(Now, intent.Id, "refundFailed", refund.Amount));
                intent.AmountRefunded -= refund.Amount;
            }

            refund.Status = succeeds ? "succeeded" : "failed";
            return StripeAnswer.Of(refund, succeeds ? "charge.refund.updated" : "refund.failed");
        }
    }

    /// <summary>The buyer's bank disputes the payment, or the dispute that there is goes on.</summary>
    public StripeAnswer Dispute(string id, string status) => With(id, intent =>
    {
        if (intent.Status != IntentStatus.Succeeded) return StripeAnswer.UnexpectedState(intent, "dispute");
        var dispute = _disputes.Find(one => one.Of == intent);
        var type = dispute is null ? "created" : status is "won" or "lost" ? "closed" : "updated";
        if (dispute is null)
            _disputes.Add(dispute = new DisputeMade { Id = NewId("dp_"), Of = intent, Created = Now, Status = status });
        dispute.Status = status;
        return StripeAnswer.Of(dispute, "charge.dispute." + type);
    });

    /// <summary>Newest first.</summary>
    public IReadOnlyList<RefundMade> Refunds(Func<RefundMade, bool> matches)
    {
        lock (_gate) return [.. Enumerable.Reverse(_refunds).Where(matches)];
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<DisputeMade> Disputes(Func<DisputeMade, bool> matches)
    {
        lock (_gate) return [.. Enumerable.Reverse(_disputes).Where(matches)];
    }

    /// <summary>Newest first, as Stripe lists them.</summary>
    public IReadOnlyList<Intent> Find(Func<Intent, bool> matches, string? after, int limit)
    {
        lock (_gate)
        {
            var newestFirst = Enumerable.Reverse(_inOrder).Where(matches);
            if (after is not null) newestFirst = newestFirst.SkipWhile(intent => intent.Id != after).Skip(1);
            return [.. newestFirst.Take(limit)];
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _intents.Clear();
            _inOrder.Clear();
            _refunds.Clear();
            _disputes.Clear();
            _sessions.Clear();
            _ledger.Clear();
        }
    }

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    private StripeAnswer With(string id, Func<Intent, StripeAnswer> act)
    {
        lock (_gate)
        {
            return _intents.TryGetValue(id, out var intent) ? act(intent) : StripeAnswer.NoSuch("payment_intent", id);
        }
    }

    private StripeAnswer Authorise(Intent intent, BankMood mood)
    {
        var method = intent.PaymentMethod!;
        if (TestCards.IsChallenged(method) || (mood.Challenge && TestCards.DeclineOf(method) is null))
        {
            intent.Status = IntentStatus.RequiresAction;
            return StripeAnswer.Of(intent, "payment_intent.requires_action");
        }

        if ((TestCards.DeclineOf(method) ?? mood.DeclineAuthorise) is { } decline)
        {
            intent.Charges++;
            Refuse(intent, decline);
            return StripeAnswer.Declined(intent, decline);
        }

        if (!mood.Processing) return Take(intent);
        intent.Status = IntentStatus.Processing;
        return StripeAnswer.Of(intent, "payment_intent.processing") with { Then = Complete(intent) };
    }

    /// <summary>The card is good: the money is set aside.</summary>
    private StripeAnswer Take(Intent intent)
    {
        (intent.LastError, intent.LastMethod) = (null, null);
        intent.Charges++;
        intent.WasAuthorised = true;
        intent.AmountCapturable = intent.Amount;
        intent.Status = IntentStatus.RequiresCapture;
        _ledger.Append(new(Now, intent.Id, "authorised", intent.Amount));
        if (intent.ManualCapture)
            return StripeAnswer.Of(intent, "payment_intent.amount_capturable_updated") with { Then = Complete(intent) };
        Capture(intent, intent.Amount);
        return StripeAnswer.Of(intent, "payment_intent.succeeded") with { Then = Complete(intent) };
    }

    private Intent Make(IntentForm form, HostedSession? session)
    {
        var id = NewId("pi_");
        var intent = new Intent
        {
            Id = id,
            Amount = form.Amount,
            Currency = form.Currency,
            Created = Now,
            Metadata = form.Metadata,
            ManualCapture = form.ManualCapture,
            ClientSecret = NewSecret(id),
            AllowRedirects = form.AllowRedirects,
            Description = form.Description,
            StatementDescriptor = form.StatementDescriptor,
            StatementDescriptorSuffix = form.StatementDescriptorSuffix,
            ReceiptEmail = form.ReceiptEmail,
            ReturnUrl = form.Confirmation.ReturnUrl,
            PaymentMethod = form.Confirmation.PaymentMethod,
            Status = form.Confirmation.PaymentMethod is null
                ? IntentStatus.RequiresPaymentMethod : IntentStatus.RequiresConfirmation,
            Session = session,
        };
        Add(intent);
        _ledger.Append(new(Now, intent.Id, "created", intent.Amount, intent.Currency, intent.Metadata, session?.Id));
        return intent;
    }

    private static void Refuse(Intent intent, CardDecline why)
    {
        (intent.LastError, intent.LastMethod) = (why, intent.PaymentMethod);
        intent.PaymentMethod = null;
        intent.WasAuthorised = false;
        intent.Status = IntentStatus.RequiresPaymentMethod;
    }

    private void Capture(Intent intent, long amount)
    {
        intent.AmountReceived = amount;
        intent.AmountCapturable = 0;
        intent.Status = IntentStatus.Succeeded;
        _ledger.Append(new(Now, intent.Id, "captured", amount));
    }

    private void Add(Intent intent)
    {
        _intents[intent.Id] = intent;
        _inOrder.Add(intent);
        intent.Session?.Intent = intent;
    }

    // After a restart the intents stand where their last movement left them.
    private void Replay(Movement movement)
    {
        if (movement.Kind == "created")
        {
            Add(new Intent
            {
                Id = movement.Intent,
                ClientSecret = NewSecret(movement.Intent),
                Amount = movement.Amount,
                Currency = movement.Currency ?? "",
                Created = movement.At,
                Metadata = movement.Metadata ?? new Dictionary<string, string>(),
                Session = movement.Session is { } session && _sessions.TryGetValue(session, out var found) ? found.Session : null,
            });
            return;
        }

        if (ReplaySession(movement)) return;
        if (!_intents.TryGetValue(movement.Intent, out var intent)) return;
        switch (movement.Kind)
        {
            case "authorised":
                (intent.Status, intent.AmountCapturable) = (IntentStatus.RequiresCapture, movement.Amount);
                (intent.Charges, intent.WasAuthorised) = (intent.Charges + 1, true);
                intent.Session?.Status = HostedSession.Complete;
                break;
            case "captured":
                (intent.Status, intent.AmountCapturable, intent.AmountReceived) =
                    (IntentStatus.Succeeded, 0, movement.Amount);
                break;
            case "voided":
                (intent.Status, intent.AmountCapturable) = (IntentStatus.Canceled, 0);
                break;
            case "refunded":
                intent.AmountRefunded += movement.Amount;
                _refunds.Add(new RefundMade
                {
                    Id = NewId("re_"),
                    Of = intent,
                    Amount = movement.Amount,
                    Created = movement.At,
                    Status = "succeeded",
                });
                break;
            case "refundFailed":
                intent.AmountRefunded -= movement.Amount;
                if (_refunds.FindLast(one => one.Of == intent && one.Status == "succeeded") is { } failed) failed.Status = "failed";
                break;
        }
    }

    private static string NewSecret(string intent) => $"{intent}_secret_{RandomNumberGenerator.GetHexString(25)}";

    private static string NewId(string prefix) => prefix + "3" + RandomNumberGenerator.GetHexString(23);
}
