using FlashSale.Contract;
using FlashSale.Gateway.Called.ByMail;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Edge;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Pages;

/// <summary><c>/line/{sale}/mail</c>: where the links of mails lead.</summary>
public sealed class MailLinkRoutes(EdgeCatalog catalog, IOptions<MailOptions> options, IServiceProvider services)
{
    private const string Path = "/line/{sale}/mail";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var links = routes.ServiceProvider.GetRequiredService<MailLinkRoutes>();
        var limits = routes.ServiceProvider.GetRequiredService<RateLimits>();
        routes.MapGet(Path, limits.Other.Before(context => links.AnswerAsync(context, isClicked: false)));
        routes.MapPost(Path, limits.Other.Before(context => links.AnswerAsync(context, isClicked: true)));
    }

    private async Task AnswerAsync(HttpContext context, bool isClicked)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!options.Value.IsOn)
        {
            await Problem.NotFound.WriteAsync(context.Response, "Nobody is called by mail here.").ConfigureAwait(false);
            return;
        }

        if (await catalog.SaleAsync(context).ConfigureAwait(false) is not { } listed) return;
        // Made only where mails are sent.
        var page = services.GetRequiredService<MailLinkPage>();
        await (isClicked ? page.ClickAsync(context, listed) : page.ShowAsync(context, listed)).ConfigureAwait(false);
    }
}
