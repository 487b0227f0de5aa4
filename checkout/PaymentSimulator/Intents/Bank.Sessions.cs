using System.Security.Cryptography;

using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Intents;

/// <summary>The provider's own pages, on which shoppers pay.</summary>
public sealed partial class Bank
{
    private readonly Dictionary<string, (HostedSession Session, SessionForm Form)> _sessions = [];

    public StripeAnswer Open(SessionForm form)
    {
        lock (_gate)
        {
            var session = form.Open("cs_test_" + RandomNumberGenerator.GetHexString(58, lowercase: true), Now);
            _sessions[session.Id] = (session, form);
            _ledger.Append(new(Now, session.Id, "session", session.Amount, session.Currency, form.Fields));
            return StripeAnswer.Of(session);
        }
    }

    public StripeAnswer LookAtSession(string id) => OfSession(id, (session, _) => StripeAnswer.Of(session));

    /// <summary>Nobody can pay there any more; a card that is being asked about is not asked.</summary>
    public StripeAnswer Expire(string id) => OfSession(id, (session, _) =>
    {
        if (session.Status != HostedSession.Open)
            return StripeAnswer.Problem(400, "invalid_request_error", null, "Only Checkout Sessions with a status in [\"open\"] can be "
                + $"expired. This Checkout Session has a status of {session.Status}.");
        session.Status = HostedSession.Expired;
        _ledger.Append(new(Now, session.Id, "sessionExpired", session.Amount));
        if (session.Intent is { } intent) (intent.Status, intent.CanceledAt) = (IntentStatus.Canceled, Now);
        return StripeAnswer.Of(session, "checkout.session.expired");
    });

    /// <summary>The shopper tries a card there. The answer is about the intent.</summary>
    public StripeAnswer PayOnPage(string id, string card, BankMood mood) => OfSession(id, (session, form) =>
    {
        if (session.Status != HostedSession.Open)
            return StripeAnswer.Problem(400, "invalid_request_error", null, $"This page is {session.Status}.", saved: false);
        var intent = session.Intent ?? Make(form.Intent, session);
        intent.PaymentMethod = card;
        intent.ReturnUrl = HostedAddress.Of(session);
        return Authorise(intent, mood);
    });

    /// <summary>The page as it is now, or null; not to be changed.</summary>
    public HostedSession? LookAtPage(string id)
    {
        lock (_gate) return _sessions.TryGetValue(id, out var found) ? found.Session : null;
    }

    /// <summary>The pages of a reservation, oldest first.</summary>
    public IReadOnlyList<string> PagesOf(string reservation)
    {
        lock (_gate) return [.. _sessions.Values.Where(one => one.Session.Reference == reservation).Select(one => one.Session.Id)];
    }

    /// <summary>Its page is done, and says so; null for an intent without one, or whose page was done before.</summary>
    private static StripeAnswer? Complete(Intent intent)
    {
        if (intent.Session is not { Status: HostedSession.Open } session) return null;
        session.Status = HostedSession.Complete;
        return StripeAnswer.Of(session, "checkout.session.completed");
    }

    private StripeAnswer OfSession(string id, Func<HostedSession, SessionForm, StripeAnswer> act)
    {
        lock (_gate)
        {
            return _sessions.TryGetValue(id, out var found) ? act(found.Session, found.Form) : StripeAnswer.NoSuch("checkout.session", id);
        }
    }

    private bool ReplaySession(Movement movement)
    {
        if (movement.Kind == "session")
        {
            var form = SessionForm.Of(movement.Metadata!);
            _sessions[movement.Intent] = (form.Open(movement.Intent, movement.At), form);
            return true;
        }

        if (movement.Kind != "sessionExpired" || !_sessions.TryGetValue(movement.Intent, out var found)) return false;
        found.Session.Status = HostedSession.Expired;
        found.Session.Intent?.Status = IntentStatus.Canceled;
        return true;
    }
}
