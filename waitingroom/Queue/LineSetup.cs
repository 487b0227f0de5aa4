using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FlashSale.Queue;

/// <summary>Registration of the line.</summary>
public static class LineSetup
{
    /// <summary>For an edge: <see cref="Line"/>, <see cref="TicketSigner"/> and their background work.</summary>
    public static IServiceCollection AddLine(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddLineRedis(configuration);
        services.AddSingleton<Line>();
        services.AddHostedService<BoardReader>();
        services.AddHostedService<PresenceReporter>();
        services.AddHostedService<LiveReporter>();
        services.AddHostedService<LineMetrics>();
        return services;
    }

    /// <summary>For a waiting room: the options, Redis and the ticket keys, without an edge's work.</summary>
    public static IServiceCollection AddLineRedis(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LineOptions>().Bind(configuration.GetSection(LineOptions.Section))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<LineOptions>, LineOptionsCheck>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<LineRedis>();
        services.AddSingleton<ILineServer>(provider => provider.GetRequiredService<LineRedis>());
        services.AddSingleton(provider =>
            new TicketSigner(provider.GetRequiredService<IOptions<LineOptions>>().Value.TicketKeys));
        return services;
    }

    private sealed class LineOptionsCheck : IValidateOptions<LineOptions>
    {
        public ValidateOptionsResult Validate(string? name, LineOptions options)
        {
            var wrong = new List<string>();
            Check("Line:Redis", options.Redis, text => LineRedis.Configure(text), wrong);
            Check("Line:TicketKeys", options.TicketKeys, text => new TicketSigner(text), wrong);
            if (options.AgainSeconds is < 0 or > LineOptions.MaxAgainSeconds)
                wrong.Add($"Line:AgainSeconds is a number from 0 to {LineOptions.MaxAgainSeconds}");
            return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
        }

        private static void Check(string key, string text, Func<string, object> parse, List<string> wrong)
        {
            try
            {
                if (string.IsNullOrWhiteSpace(text)) wrong.Add($"{key} is missing");
                else parse(text);
            }
            catch (Exception error) when (error is ArgumentException or FormatException)
            {
                wrong.Add($"{key}: {error.Message}");
            }
        }
    }
}
