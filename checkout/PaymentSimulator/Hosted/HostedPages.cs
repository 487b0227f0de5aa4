using FlashSale.PaymentSimulator.Challenges;
using FlashSale.PaymentSimulator.Faults;
using FlashSale.PaymentSimulator.Intents;
using FlashSale.PaymentSimulator.Money;
using FlashSale.PaymentSimulator.Webhooks;

namespace FlashSale.PaymentSimulator.Hosted;

/// <summary>What a shopper does on the provider's own page.</summary>
public sealed class HostedPages(Bank bank, FaultDice dice, WebhookSender webhooks, Challenger challenger)
{
    /// <param name="card">A test card, by its payment method.</param>
    public async Task<StripeAnswer> PayAsync(string session, string card)
    {
        var faults = dice.Draw(FaultPlan.PageOperation);
        var answer = bank.PayOnPage(session, card, BankMood.Of(faults));
        if (answer.EventType is "payment_intent.requires_action" or "payment_intent.processing")
            challenger.Plan(answer.IntentId!, faults);
        await webhooks.RaiseAsync(answer, faults, CancellationToken.None).ConfigureAwait(false);
        return answer;
    }

    /// <summary>What became of the page: where the shopper goes from it, or null to stay.</summary>
    public static string? Next(HostedSession session) => session switch
    {
        { Status: HostedSession.Complete } => session.SuccessUrl,
        { Intent: { Status: IntentStatus.RequiresAction } asked } => ChallengePage.AddressOf(asked)
            .Replace(ChallengePage.Base, "", StringComparison.Ordinal),
        _ => null,
    };
}
