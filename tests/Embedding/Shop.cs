using FlashSale.Admission;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace FlashSale.Tests.Embedding;

/// <summary>A storefront that uses the package, on a clock that the test moves, in front of a <see cref="FakeEdge"/>.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private WebApplication _app = null!;

    public FakeEdge Edge { get; private init; } = null!;
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    public Uri Url { get; private set; } = null!;
    public DateTimeOffset Now => Clock.GetUtcNow();
    public IServiceProvider Services => _app.Services;

    public static async Task<Shop> OpenAsync(Action<WaitingRoomOptions>? configure = null, bool edgeDown = false)
    {
        var shop = new Shop { Edge = await FakeEdge.StartAsync() };
        shop.Edge.Down = edgeDown;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(shop.Clock);
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins("https://spa.example").AllowAnyHeader().AllowAnyMethod().AllowCredentials()));
        builder.AddWaitingRoom(options =>
        {
            options.Edge = shop.Edge.Url;
            options.Storefront = "demo";
            options.Sale = "xphone";
            options.Protect.Add("/all/{**rest}");
            options.Protect.Add("/sales/{sale}/buy");
            configure?.Invoke(options);
        });
        var app = shop._app = builder.Build();
        app.UseCors();
        app.UseWaitingRoom();
        app.MapGet("/", () => "window shopping");
        app.MapMethods("/buy", ["GET", "POST", "HEAD"], (HttpContext context) => Words(context)).RequireAdmission();
        app.MapGet("/all/{**rest}", (HttpContext context) => Words(context));
        app.MapGet("/sales/{sale}/buy", (HttpContext context) => Words(context));
        await app.StartAsync();
        shop.Url = new Uri(app.Urls.Single());
        if (!edgeDown) await WaitFor.TrueAsync(() => app.Services.GetRequiredService<AdmissionKeys>().IsReady, "the keys are here");
        return shop;
    }

    public ShopBrowser NewBrowser() => new(Url);

    public string Token(Action<Microsoft.IdentityModel.Tokens.SecurityTokenDescriptor>? change = null) => Edge.Token(Now, change);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Edge.DisposeAsync();
    }

    private static string Words(HttpContext context) =>
        context.GetAdmittedShopper() is { Admission: var admission }
            ? $"{admission.Shopper} has unit {admission.Unit}" : "nobody in particular";
}
