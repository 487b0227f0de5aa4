using FlashSale.Checkout.Ledger;
using FlashSale.Pages.OpenApi;

namespace FlashSale.Checkout.Docs;

/// <summary><c>/openapi/checkout.json</c> and <c>/openapi/operators.json</c>.</summary>
public static class DocsRegistration
{
    public static IServiceCollection AddDocs(this IServiceCollection services) => services
        .AddDescribedOpenApi(CheckoutDescription.Document, "FlashSale: the checkout", CheckoutDescription.Routes)
        .AddDescribedOpenApi(OperatorDescription.Document, "FlashSale: operators", OperatorDescription.Routes);

    public static void MapDocs(this IEndpointRouteBuilder routes) => routes.MapOpenApi().NeedsNoLedger();
}
