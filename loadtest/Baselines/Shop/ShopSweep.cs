namespace FlashSale.Baselines.Shop;

/// <summary>Gives back the units of carts whose time is over, and resumes payments that were cut off.</summary>
internal sealed class ShopSweep(ShopOrders orders, ShopPayments payments) : BackgroundService
{
    private const int Limit = 256;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var (id, unit) in await orders.DueAsync(Limit)) await orders.ReleaseAsync(id, unit);
                await payments.ResumeAsync(Limit);
            }
            catch (Exception error) when (error is MySqlConnector.MySqlException or Stripe.StripeException or HttpRequestException)
            {
                await Console.Error.WriteLineAsync($"the sweep failed, and goes on: {error.Message}");
            }
        }
    }
}
