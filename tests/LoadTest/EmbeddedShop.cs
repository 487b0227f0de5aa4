using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FlashSale.Tests.LoadTest;

/// <summary>A storefront on another origin, as a browser sees it; it believes every admission.</summary>
internal sealed class EmbeddedShop : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _paid;

    private EmbeddedShop(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public int Paid => _paid;

    /// <summary>So many requests for the page are refused first.</summary>
    public int Busy { get; set; }

    /// <param name="isBroken">It lets nobody in.</param>
    public static async Task<EmbeddedShop> StartAsync(string edge, string sale, bool isBroken = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var shop = new EmbeddedShop(app);
        app.MapGet("/buy", context =>
        {
            if (shop.Busy-- > 0) context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            else if (!isBroken && context.Request.Query["admission"].Count > 0)
            {
                context.Response.Cookies.Append("shop", "admitted", new CookieOptions { Path = "/", HttpOnly = true });
                context.Response.Redirect("/buy?colour=red");
            }
            else if (context.Request.Cookies["shop"] is null) context.Response.Redirect($"{edge}/line/{sale}?returnUrl=x");
            return Task.CompletedTask;
        });
        app.MapPost("/pay", context =>
        {
            if (context.Request.Cookies["shop"] is null) context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            else Interlocked.Increment(ref shop._paid);
            return Task.CompletedTask;
        });
        await app.StartAsync();
        return shop;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
