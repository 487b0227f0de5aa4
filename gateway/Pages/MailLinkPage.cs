using System.Text;

using FlashSale.Contract;
using FlashSale.Gateway.Called;
using FlashSale.Gateway.Called.ByMail;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Gate;
using FlashSale.Gateway.Tickets;
using FlashSale.Pages;
using FlashSale.Queue;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Pages;

/// <summary>
/// Where the links of mails lead: a page with a button. Mail programs and their guards open links before anybody does,
/// so that opening one does nothing; the click does.
/// </summary>
public sealed class MailLinkPage(
    PlaceLinks links, PlaceMoves moves, Sleepers sleepers, SubscriptionSeal seal, TicketSigner signer,
    TicketReader tickets, PublicOrigin origin, LedgerClock clock, IOptions<CalledOptions> options)
{
    public async Task ShowAsync(HttpContext context, ListedSale listed)
    {
        var texts = MailWriter.TextsIn(Language.Choose(context.Request).Code);
        switch (Read(context, listed))
        {
            case { Kind: PlaceLinkKind.Move } link:
                var hasOther = tickets.TryRead(context.Request, listed, out var ticket) && ticket.Place != link.Place;
                await moves.ReadAsync(listed.Sale.Id).ConfigureAwait(false);
                // Whoever has been here may be who moved it, and not have heard so: the click says.
                var spare = Credentials.Visitor(context.Request) is null ? 0 : 1;
                Credentials.EnsureVisitorCookie(context);
                if (moves.Of(listed.Sale.Id, link.Place) > link.Moves + spare)
                    await SpentAsync(context, listed, texts).ConfigureAwait(false);
                else
                    await SendAsync(
                        context, listed, texts, "mail.move", new LinkAction(texts["mail.movenow"], hasOther ? texts["mail.moveinstead"] : null))
                        .ConfigureAwait(false);
                break;
            case { Kind: PlaceLinkKind.Confirm } link when AddressOf(listed, link) is { } to:
                await SendAsync(
                    context, listed, texts, "mail.confirm", new LinkAction(texts["mail.confirmnow"], null), to.Address)
                    .ConfigureAwait(false);
                break;
            default:
                await SpentAsync(context, listed, texts).ConfigureAwait(false);
                break;
        }
    }

    public async Task ClickAsync(HttpContext context, ListedSale listed)
    {
        var texts = MailWriter.TextsIn(Language.Choose(context.Request).Code);
        if (!Uri.TryCreate(origin.Of(context.Request), UriKind.Absolute, out var own)
            || Forms.IsForeign(context.Request, own.Authority))
        {
            await WaitingPage.RenderProblem(context, Problem.Malformed, listed.Storefront).ConfigureAwait(false);
            return;
        }

        switch (Read(context, listed))
        {
            case { Kind: PlaceLinkKind.Move } link when Goal(link) is var (shopper, returnUrl):
                await MoveAsync(context, listed, texts, link, shopper, returnUrl).ConfigureAwait(false);
                break;
            case { Kind: PlaceLinkKind.Confirm } link when AddressOf(listed, link) is { } to:
                await ConfirmAsync(context, listed, texts, link, to.Shopper).ConfigureAwait(false);
                break;
            default:
                await SpentAsync(context, listed, texts).ConfigureAwait(false);
                break;
        }
    }

    private async Task MoveAsync(
        HttpContext context, ListedSale listed, Texts texts, PlaceLink link, ShopperId shopper, string returnUrl)
    {
        var outcome = await moves.MoveAsync(listed.Sale.Id, link.Place, link.Moves, Credentials.EnsureVisitor(context))
            .ConfigureAwait(false);
        if (outcome == MoveOutcome.NotReady)
            await WaitingPage.RenderProblem(context, Problem.Unavailable, listed.Storefront).ConfigureAwait(false);
        else if (outcome != MoveOutcome.Moved) await SpentAsync(context, listed, texts).ConfigureAwait(false);
        else
        {
            var ticket = new Ticket(listed.Sale.Id, link.Place, shopper) { Moves = (byte)(link.Moves + 1) };
            Credentials.SetTicket(context, listed, signer.Sign(ticket));
            context.Response.SeeOther($"/line/{listed.Sale.Id.Value}"
                + (returnUrl.Length == 0 ? "" : $"?returnUrl={Uri.EscapeDataString(returnUrl)}"));
        }
    }

    private async Task ConfirmAsync(HttpContext context, ListedSale listed, Texts texts, PlaceLink link, ShopperId shopper)
    {
        // Whoever asked before the place moved does not get it back by that.
        var ticket = new Ticket(listed.Sale.Id, link.Place, shopper) { Moves = link.Moves };
        if (await tickets.RefusalNowAsync(ticket).ConfigureAwait(false) is { } gone)
        {
            if (gone == Problem.PlaceMoved) await SpentAsync(context, listed, texts).ConfigureAwait(false);
            else await WaitingPage.RenderProblem(context, gone, listed.Storefront).ConfigureAwait(false);
            return;
        }

        switch (await sleepers.AskAsync(listed.Sale, ticket, link.Text, options.Value.MaxAsked).ConfigureAwait(false))
        {
            case AskOutcome.Kept:
                await SendAsync(context, listed, texts, "mail.confirmed", null).ConfigureAwait(false);
                break;
            case AskOutcome.NotWaiting:
                await SpentAsync(context, listed, texts).ConfigureAwait(false);
                break;
            default:
                await WaitingPage.RenderProblem(context, Problem.Unavailable, listed.Storefront).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Null for what we have not signed for this sale, or too long ago.</summary>
    private PlaceLink? Read(HttpContext context, ListedSale listed) =>
        links.Read(listed.Sale.Id, context.Request.QueryValue(PlaceLinks.Parameter)) is { } link && clock.GetUtcNow() < link.Until
            ? link : null;

    private MailRecipient? AddressOf(ListedSale listed, PlaceLink link) =>
        seal.Open(listed.Sale.Id, link.Place, link.Text.Span) as MailRecipient;

    private static (ShopperId Shopper, string ReturnUrl)? Goal(PlaceLink link) =>
        Encoding.UTF8.GetString(link.Text.Span).Split('\n') is [var shopper, var url] && ShopperId.TryParse(shopper, out var who)
            ? (who, url) : null;

    private static Task SpentAsync(HttpContext context, ListedSale listed, Texts texts) =>
        SendAsync(context, listed, texts, "mail.spent", null, status: StatusCodes.Status410Gone);

    private static Task SendAsync(
        HttpContext context, ListedSale listed, Texts texts, string key, LinkAction? action, string address = "",
        int status = StatusCodes.Status200OK) => PlainPage.RenderLink(
            context, listed, texts[key],
            MailWriter.Filled(texts[$"{key}lead"], ("name", listed.Sale.Name), ("address", address)), action, status);
}
