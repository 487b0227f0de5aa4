using System.Collections.Concurrent;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FlashSale.Tests.Embedding;

/// <summary>A storefront's server that is told of its units.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private WebApplication _app = null!;

    public ConcurrentQueue<Received> All { get; } = new();

    /// <summary>The status of each answer.</summary>
    public Func<Received, int> Answer { get; set; } = _ => 204;
    public string Url => _app.Urls.Single() + "/hooks";

    public static async Task<WebhookReceiver> StartAsync()
    {
        var receiver = new WebhookReceiver();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        receiver._app = builder.Build();
        receiver._app.MapPost("/hooks", async (HttpContext http) =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var received = new Received(
                http.Request.Headers["webhook-id"].ToString(),
                long.Parse(http.Request.Headers["webhook-timestamp"].ToString(), null),
                http.Request.Headers["webhook-signature"].ToString(), await reader.ReadToEndAsync());
            receiver.All.Enqueue(received);
            return Results.StatusCode(receiver.Answer(received));
        });
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
