using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Payments.Provider;

/// <summary>
/// Asks the provider for something small while it is in doubt whether it answers, and not otherwise. It goes the way of
/// every call, so that it also closes the circuit: payments are refused while the provider is down, and nothing else
/// might ever call.
/// </summary>
public sealed class ProviderProbe(
    StripeProvider provider, ProviderHealth health, IOptions<PaymentOptions> options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Value.ProbeEveryMs), time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            if (health.IsInDoubt) await provider.ProbeAsync(stoppingToken).ConfigureAwait(false);
    }
}
