using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FlashSale.Tests.LoadTest;

/// <summary>A payment simulator that takes faults and does not take them back; its books are empty.</summary>
internal sealed class BadSimulator : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BadSimulator(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>Someone wants the faults to end.</summary>
    public Task Asked => _asked.Task;

    /// <summary>It takes them back after all.</summary>
    public bool TakesBack { get; set; }

    /// <summary>Called when it has taken faults, before it answers; an answer then never comes.</summary>
    public Action? Broken { get; set; }

    /// <param name="hangs">It does not even answer.</param>
    public static async Task<BadSimulator> StartAsync(bool hangs)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var simulator = new BadSimulator(app);
        app.MapPut("/sim/faults", async (CancellationToken gone) =>
        {
            simulator.Broken?.Invoke();
            if (simulator.Broken is not null) await Task.Delay(Timeout.Infinite, gone);
            return Results.NoContent();
        });
        app.MapGet("/sim/ledger", () => Results.Json(new { payments = Array.Empty<object>() }));
        app.MapDelete("/sim/faults", async (CancellationToken gone) =>
        {
            simulator._asked.TrySetResult();
            if (hangs) await Task.Delay(Timeout.Infinite, gone);
            return Results.StatusCode(simulator.TakesBack ? StatusCodes.Status204NoContent : StatusCodes.Status500InternalServerError);
        });
        await app.StartAsync();
        return simulator;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
