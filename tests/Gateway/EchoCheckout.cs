using System.Collections.Concurrent;
using System.Text.Json;

using FlashSale.Contract;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace FlashSale.Tests.Gateway;

/// <summary>A checkout that lists sales and answers everything else with what it was sent.</summary>
public sealed class EchoCheckout : IAsyncDisposable
{
    public const string Secret = "the demo storefront's enqueue secret";
    /// <summary>The one key of a storefront's server that is right.</summary>
    public const string StorefrontKey = "fsk_0123456789abcdefghijABCDEFGHIJ0123456789abc";
    public const string ReturnOrigin = "https://shop.example";

    public static readonly Storefront Demo = new()
    {
        Id = StorefrontId.Parse("demo"),
        Name = "Demo",
        ReturnOrigins = [ReturnOrigin],
        EnqueueSecret = Secret,
    };

    private readonly ConcurrentDictionary<SaleId, Sale> _sales = new();
    private readonly ConcurrentDictionary<StorefrontId, Storefront> _storefronts = new() { [Demo.Id] = Demo };
    private WebApplication? _app;
    private int _revision;

    public string Url => _app!.Urls.First();

    /// <summary>What shoppers have bought, by sale and shopper.</summary>
    public ConcurrentDictionary<(string Sale, string Shopper), Purchase> Purchases { get; } = new();

    /// <summary>Requests that reached it, but for the catalog.</summary>
    public ConcurrentQueue<string> Reached { get; } = new();

    public void Add(Sale sale)
    {
        _sales[sale.Id] = sale;
        Interlocked.Increment(ref _revision);
    }

    public void Add(Storefront storefront)
    {
        _storefronts[storefront.Id] = storefront;
        Interlocked.Increment(ref _revision);
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(HeaderBytes.Keep);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/internal/catalog", (HttpContext context, string? revision) =>
        {
            if (context.Request.Headers.Authorization != "Service " + EdgeFixture.ServiceKeyText) return Results.NotFound();
            var current = $"{_revision}";
            var same = revision == current;
            return Results.Json(new Catalog(TimeProvider.System.GetUtcNow(), current,
                same ? null : [.. _sales.Values], same ? null : [.. _storefronts.Values]), Wire.Json);
        });
        _app.MapGet("/internal/purchases/{sale}", (string sale, string shopper) =>
            Purchases.TryGetValue((sale, shopper), out var purchase) ? Results.Json(purchase, Wire.Json) : Problem.NotFound.Result());
        _app.MapFallback("{**path}", EchoAsync);
        await _app.StartAsync();
    }

    private async Task EchoAsync(HttpContext context)
    {
        Reached.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        var bearer = context.Request.Headers.Authorization.ToString();
        if (bearer.StartsWith("Bearer fsk_", StringComparison.Ordinal) && bearer != "Bearer " + StorefrontKey)
        {
            await Problem.ApiKeyInvalid.WriteAsync(context.Response);
            return;
        }
        context.Response.Headers.ContentSecurityPolicy = "default-src 'self'";
        if (context.Request.Headers.Cookie is { Count: > 0 } cookie) context.Response.Headers["X-Cookie"] = cookie;
        var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
        await context.Response.WriteAsJsonAsync(new
        {
            path = context.Request.Path.Value,
            target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            query = context.Request.QueryString.Value,
            method = context.Request.Method,
            body,
            headers = context.Request.Headers.ToDictionary(one => one.Key, one => one.Value.ToString()),
        });
    }

    /// <summary>Replaces a sale that it lists.</summary>
    public void Change(SaleId sale, Func<Sale, Sale> change) => Add(change(_sales[sale]));

    /// <summary>What the echo says of a request's header; null when it did not arrive.</summary>
    public static string? Header(JsonElement echo, string name) =>
        echo.GetProperty("headers").EnumerateObject()
            .Where(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase))
            .Select(one => one.Value.GetString()).SingleOrDefault();

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }
}
