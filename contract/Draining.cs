using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FlashSale.Contract;

/// <summary>A planned stop drops no request: not ready first, then gone.</summary>
public static class Draining
{
    /// <summary>Binds <see cref="DrainOptions"/> and delays the stop.</summary>
    public static IServiceCollection AddDraining(this IServiceCollection services)
    {
        services.AddOptions<DrainOptions>().BindConfiguration(DrainOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services.AddHostedService<DelayedStop>();
    }

    /// <summary>While stopping, each answer asks its client to come back on another connection.</summary>
    public static IApplicationBuilder UseDraining(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var stopping = app.ApplicationServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        return app.Use((context, next) =>
        {
            if (stopping.IsCancellationRequested) context.Response.Headers.Connection = "close";
            return next(context);
        });
    }

    /// <summary>The host calls StoppingAsync of all before it stops anyone, the server included.</summary>
    private sealed class DelayedStop(IOptions<DrainOptions> options, IHostApplicationLifetime lifetime, TimeProvider clock)
        : IHostedLifecycleService
    {
        public Task StoppingAsync(CancellationToken cancellationToken)
        {
            // A signal has said so already; whoever stops the host otherwise has not.
            lifetime.StopApplication();
            var time = TimeSpan.FromSeconds(options.Value.DrainSeconds);
            return time == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(time, clock, cancellationToken);
        }

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
