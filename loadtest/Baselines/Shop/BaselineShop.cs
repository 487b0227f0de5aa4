using MySqlConnector;

using Stripe;

namespace FlashSale.Baselines.Shop;

/// <summary>A shop as it is usually built: no line, one service, one database.</summary>
internal static class BaselineShop
{
    public static void AddShop(this WebApplicationBuilder builder, string mySql, string prefix, Stock stock, string provider)
    {
        var source = new MySqlDataSourceBuilder(new MySqlConnectionStringBuilder(mySql)
        {
            GuidFormat = MySqlGuidFormat.Binary16,
            ConnectionReset = false,
            UseAffectedRows = false,
        }.ConnectionString).UseConnectionOpenedCallback(async (context, cancel) =>
        {
            if ((context.Conditions & MySqlConnectionOpenedConditions.New) == 0) return;
            await using var command = new MySqlCommand(
                "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; SET SESSION time_zone = '+00:00'", context.Connection);
            await command.ExecuteNonQueryAsync(cancel);
        }).Build();
        var orders = new ShopOrders(source, prefix, stock);
        var stripe = new StripeClient(
            "sk_test_baseline",
            httpClient: new SystemNetHttpClient(new HttpClient(), maxNetworkRetries: 2, enableTelemetry: false), apiBase: provider);
        builder.Services.AddSingleton(source).AddSingleton(orders).AddSingleton(new ShopPayments(orders, stripe, prefix));
        builder.Services.AddHostedService<ShopSweep>();
    }

    public static void MapShop(this WebApplication app, string prefix, Stock stock)
    {
        // Filled once, before it is measured.
        app.MapPut("/stock/{units:int}", async (int units, MySqlDataSource source) =>
            await ShopSchema.MakeAsync(source, prefix, stock, units));
        app.MapPost("/orders", async (NewOrder order, ShopOrders orders) =>
            await orders.PlaceAsync(order.Shopper) is { } placed
                ? Results.Json(placed, statusCode: StatusCodes.Status201Created)
                : Results.StatusCode(StatusCodes.Status409Conflict));
        app.MapPost("/orders/{id:guid}/payments", async (
            Guid id, HttpRequest request, ShopPayments payments) =>
            request.Headers["Idempotency-Key"].ToString() is { Length: > 0 and <= 64 } key
                ? Results.StatusCode(await payments.PayAsync(id, key, "pm_card_visa")
                    ? StatusCodes.Status201Created : StatusCodes.Status410Gone)
                : Results.StatusCode(StatusCodes.Status400BadRequest));
    }
}
