using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Upstreams;
using FlashSale.Queue;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Tickets;

public static class TicketSetup
{
    /// <summary>Joining, polling, leaving.</summary>
    public static IServiceCollection AddTickets(this IServiceCollection services)
    {
        services.AddOptions<LineOptions>().Configure<IOptions<GatewayOptions>>(
            (line, edge) => line.PollsPerSecond = edge.Value.PollsPerSecond);
        services.AddSingleton(provider => new Purchases(
            ServiceClients.Create(provider, provider.GetRequiredService<IOptions<GatewayOptions>>().Value.Checkouts),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Purchases>>()));
        return services.AddSingleton<TicketReader>().AddSingleton<Joining>().AddSingleton<Places>().AddSingleton<TicketRoutes>();
    }
}
