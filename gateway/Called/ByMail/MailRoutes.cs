using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Enqueue;
using FlashSale.Gateway.Gate;
using FlashSale.Gateway.Tickets;
using FlashSale.Pages;
using FlashSale.Queue;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called.ByMail;

/// <summary>
/// <c>PUT</c> and <c>DELETE /sales/{sale}/ticket/mail</c>: the address at which the shopper of a ticket is called.
/// </summary>
public sealed class MailRoutes(
    EdgeCatalog catalog, Line line, TicketReader tickets, EnqueueTokens tokens, PublicOrigin origin,
    IOptions<CalledOptions> called, IOptions<MailOptions> options, IServiceProvider services)
{
    private const string Path = "/sales/{sale}/ticket/mail";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var mail = routes.ServiceProvider.GetRequiredService<MailRoutes>();
        var limits = routes.ServiceProvider.GetRequiredService<RateLimits>();
        routes.MapPut(Path, limits.Other.Before(mail.AskAsync));
        routes.MapDelete(Path, limits.Other.Before(mail.ForgetAsync));
    }

    private async Task AskAsync(HttpContext context)
    {
        if (await TicketAsync(context).ConfigureAwait(false) is not var (listed, ticket)) return;
        var body = await Bodies.ReadAsync(context).ConfigureAwait(false);
        var problem = body.Problem;
        var address = problem is null ? body.Text("address", ref problem) : null;
        var token = problem is null ? body.Text("enqueueToken", ref problem) : null;
        var asked = problem is null ? body.Text("returnUrl", ref problem) : null;
        string? detail = null;
        if (problem is null && token is not null)
        {
            // What the storefront says needs no confirmation; of whom, it says with it.
            var verdict = await tokens.VerifyAsync(token, listed).ConfigureAwait(false);
            (address, detail) = (verdict.Email, verdict.Reason ?? "enqueueToken: has no email, or is another shopper's");
            if (!verdict.IsKnown) problem = Problem.Unavailable;
            else if (verdict.Shopper != ticket.Shopper || address is null) problem = Problem.EnqueueTokenInvalid;
        }

        if (problem is null && (address is null || !MailRecipient.IsAddress(address)))
            (problem, detail) = (Problem.Malformed, "address: must be an e-mail address");
        if (problem is null && origin.ReturnUrl(context, listed, asked) is null) problem = Problem.ReturnUrlNotAllowed;
        var to = problem is null
            ? new MailRecipient(address!, Language.Choose(context.Request).Code, ticket.Shopper, asked) : null;
        var how = to is null
            ? null : services.GetRequiredService<SubscriptionSeal>().Seal(ticket.Sale, ticket.Place, to, SendRoom.Mail);
        if (how is null) await (problem ?? Problem.TooLarge).WriteAsync(context.Response, detail).ConfigureAwait(false);
        else if (token is null) await ConfirmAsync(context, listed, ticket, to!, how).ConfigureAwait(false);
        else
        {
            var outcome = await services.GetRequiredService<Sleepers>()
                .AskAsync(listed.Sale, ticket, how, called.Value.MaxAsked).ConfigureAwait(false);
            await CalledRoutes.AnswerAsync(context.Response, outcome).ConfigureAwait(false);
        }
    }

    /// <summary>An address that somebody typed may be a stranger's: one mail asks, and nothing is kept before.</summary>
    private async Task ConfirmAsync(HttpContext context, ListedSale listed, Ticket ticket, MailRecipient to, byte[] how)
    {
        var status = await line.StatusAsync(ticket, listed.Sale).ConfigureAwait(false);
        if (status is { State: not PlaceState.Waiting })
        {
            await Problem.NotWaiting.WriteAsync(context.Response).ConfigureAwait(false);
            return;
        }

        var may = status is null ? null : await TryAddAsync(context, listed.Sale, ticket, to, how).ConfigureAwait(false);
        if (may == false)
            await Problem.SlowDown.WriteAsync(
                context.Response, "Too many mails were asked for to this address, or from this network.",
                retryAfterSeconds: 3600).ConfigureAwait(false);
        else if (may is null) await Problem.Unavailable.WriteAsync(context.Response).ConfigureAwait(false);
        else context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    /// <summary>
    /// Has the mail sent that asks; false when no more may be asked for, null when that is not known, or too many wait.
    /// </summary>
    private async Task<bool?> TryAddAsync(HttpContext context, Sale sale, Ticket ticket, MailRecipient to, byte[] how)
    {
        var confirmations = services.GetRequiredService<Confirmations>();
        // First, so that nothing is counted which is not sent.
        if (!confirmations.TryReserve()) return null;
        bool? may = null;
        try
        {
            may = await services.GetRequiredService<MailLimits>().TakeAsync(context, ticket, to.Address).ConfigureAwait(false);
            return may;
        }
        finally
        {
            if (may == true) confirmations.Add(sale, ticket, to, how);
            else confirmations.Release();
        }
    }

    private async Task ForgetAsync(HttpContext context)
    {
        if (await TicketAsync(context).ConfigureAwait(false) is not var (_, ticket)) return;
        if (await services.GetRequiredService<Sleepers>().ForgetAsync(ticket).ConfigureAwait(false))
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else await Problem.Unavailable.WriteAsync(context.Response).ConfigureAwait(false);
    }

    private ValueTask<(ListedSale Listed, Ticket Ticket)?> TicketAsync(HttpContext context) =>
        CalledRoutes.TicketAsync(context, options.Value.IsOn, "Nobody is called by mail here.", catalog, tickets);
}
