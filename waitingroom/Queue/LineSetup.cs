using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FlashSale.Queue;

/// <summary>Registration of the line.</summary>
public static class LineSetup
{
    /// <summary>For an edge: <see cref="Line"/>, <see cref="TicketSigner"/> and their background work.</summary>
    public static IServiceCollection AddLine(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LineOptions>().Bind(configuration.GetSection(LineOptions.Section))
            .PostConfigure(options => options.PollsPerSecond =
                configuration.GetValue("Gateway:PollsPerSecond", options.PollsPerSecond))
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider =>
            new TicketSigner(provider.GetRequiredService<IOptions<LineOptions>>().Value.TicketKeys));
        services.AddSingleton<Line>();
        return services;
    }
}
