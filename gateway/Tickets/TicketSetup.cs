using FlashSale.Gateway.Edge;
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
        return services.AddSingleton<TicketReader>().AddSingleton<Joining>().AddSingleton<Places>().AddSingleton<TicketRoutes>();
    }
}
