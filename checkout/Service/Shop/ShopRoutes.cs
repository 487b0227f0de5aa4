using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments;
using FlashSale.Checkout.Sales;
using FlashSale.Contract;
using FlashSale.Pages;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Shop;

/// <summary>The demo storefront: product page, sign-in, cart. The edge lets only the admitted through to the cart.</summary>
public static class ShopRoutes
{
    private const string CustomerCookie = "shop-customer";
    private static readonly TimeSpan s_customerFor = TimeSpan.FromDays(30);

    public static void MapShop(this IEndpointRouteBuilder routes)
    {
        var options = routes.ServiceProvider.GetRequiredService<IOptions<ShopOptions>>().Value;
        var payments = routes.ServiceProvider.GetRequiredService<IOptions<PaymentOptions>>().Value;
        routes.MapGet("/", (HttpContext context) => ProductAsync(context, options.Sale));
        routes.MapGet("/shop/{sale}", (HttpContext context, string sale) => ProductAsync(context, sale));
        routes.MapPost("/shop/{sale}/join", JoinAsync);
        routes.MapGet("/shop/{sale}/cart", async (HttpContext context, string sale) =>
        {
            if (await FindAsync(context, sale).ConfigureAwait(false) is { } listing)
                await ShopPages.CartAsync(context, listing.Sale, listing.Storefront, CardForm.Of(payments)).ConfigureAwait(false);
        });
        routes.MapGet("/assets/{name}", (HttpContext context) => ShopAssets.Find(context.Request.Path) is { } asset
            ? asset.SendAsync(context)
            : Problem.NotFound.WriteAsync(context.Response)).NeedsNoLedger();
        routes.MapOrders();
    }

    private static async Task ProductAsync(HttpContext context, string sale)
    {
        if (await FindAsync(context, sale).ConfigureAwait(false) is { } listing)
            await ShopPages.ProductAsync(context, listing.Sale, listing.Storefront, Now(context), Customer(context)).ConfigureAwait(false);
    }

    /// <summary>
    /// Signs the shopper in and goes to the line. <c>again</c> joins as who the browser signed in as before, else as a guest.
    /// </summary>
    private static async Task JoinAsync(HttpContext context, string sale)
    {
        if (await FindAsync(context, sale).ConfigureAwait(false) is not { } listing) return;
        if (await FormAsync(context).ConfigureAwait(false) is not { } form) return;

        var again = form.ContainsKey("again");
        var email = DemoStorefront.Email(again ? Customer(context) : form["email"].ToString());
        if (email is null && !(again && listing.Sale.Identity is IdentityRule.Anonymous))
        {
            await ShopPages.ProductAsync(
                context, listing.Sale, listing.Storefront, Now(context), form["email"].ToString(), "join.bademail").ConfigureAwait(false);
            return;
        }

        var token = email is null ? null : DemoStorefront.EnqueueToken(listing.Storefront, listing.Sale.Id, email, Now(context));
        if (email is not null) Remember(context, email);
        context.Response.SeeOther(ShopPages.LineUrl(listing.Sale.Id, token, again));
    }

    internal static async Task<IFormCollection?> FormAsync(HttpContext context)
    {
        // Another site must not sign a shopper in as someone else.
        var host = context.Request.Headers["X-Forwarded-Host"].ToString() is { Length: > 0 } edge ? edge : context.Request.Host.Value;
        var problem = Forms.IsForeign(context.Request, host ?? "") ? Problem.Malformed
            : context.Request.ContentLength > Wire.MaxBodyBytes ? Problem.TooLarge
            : !context.Request.HasFormContentType ? Problem.UnsupportedMediaType : null;
        if (problem is null) return await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        await ShopPages.ProblemAsync(context, problem).ConfigureAwait(false);
        return null;
    }

    internal static async ValueTask<ShopListing?> FindAsync(HttpContext context, string sale)
    {
        var catalog = context.RequestServices.GetRequiredService<SaleCatalog>();
        if (SaleId.TryParse(sale, out var id)
            && await catalog.FindAsync(id, context.RequestAborted).ConfigureAwait(false) is { Sale: var found })
            return new ShopListing(found, catalog.Latest?.Storefronts.GetValueOrDefault(found.Storefront));
        await ShopPages.ProblemAsync(context, Problem.UnknownSale).ConfigureAwait(false);
        return null;
    }

    private static DateTimeOffset Now(HttpContext context) => context.RequestServices.GetRequiredService<LedgerClock>().GetUtcNow();

    private static string? Customer(HttpContext context) =>
        context.Request.Cookies[CustomerCookie] is { } value ? DemoStorefront.Email(value) : null;

    private static void Remember(HttpContext context, string email) =>
        context.Response.Cookies.Append(CustomerCookie, email, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps || context.Request.Headers["X-Forwarded-Proto"] == "https",
            MaxAge = s_customerFor,
            Path = "/",
        });
}
