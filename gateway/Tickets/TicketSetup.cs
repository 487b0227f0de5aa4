namespace FlashSale.Gateway.Tickets;

public static class TicketSetup
{
    /// <summary>Joining, polling, leaving.</summary>
    public static IServiceCollection AddTickets(this IServiceCollection services) => services
        .AddSingleton<Joining>().AddSingleton<Places>().AddSingleton<TicketRoutes>();
}
