using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Edge;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary>Joining, polling, leaving.</summary>
public sealed class TicketRoutes(
    EdgeCatalog catalog, Line line, TicketReader tickets, Joining joining, Places places, Purchases purchases)
{
    private const string Path = "/sales/{sale}/ticket";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var tickets = routes.ServiceProvider.GetRequiredService<TicketRoutes>();
        var limits = routes.ServiceProvider.GetRequiredService<RateLimits>();
        // Answered in routing: what comes after it has nothing to do for a poll without a body or a join that limits its own.
        routes.MapGet(Path, tickets.PollAsync).ShortCircuit();
        routes.MapPost(Path, tickets.JoinAsync).ShortCircuit();
        routes.MapDelete(Path, limits.Other.Before(tickets.LeaveAsync));
    }

    /// <summary>
    /// The hot path: a MAC, a look into memory, a preformatted answer. It completes without suspending unless the sale is
    /// new to this edge or the place has been called (then Redis is asked, in a batch).
    /// </summary>
    private Task PollAsync(HttpContext context)
    {
        if (catalog.Find((string)context.Request.RouteValues["sale"]!) is not { } listed) return PollNewSaleAsync(context);
        return PollAsync(context, listed);
    }

    private Task PollAsync(HttpContext context, ListedSale listed)
    {
        if (!tickets.TryRead(context.Request, listed, out var ticket))
            return tickets.Refusal(context.Request, listed).WriteAsync(context.Response);
        if (!line.TrySee(ticket))
        {
            EdgeMetrics.PollRefused(listed.Sale.Id.Value);
            return Problem.SlowDown.WriteAsync(context.Response, retryAfterSeconds: 1);
        }

        var status = line.StatusAsync(ticket, listed.Sale);
        EdgeMetrics.Polled(listed.Sale.Id.Value, fromMemory: status.IsCompletedSuccessfully);
        if (!status.IsCompletedSuccessfully) return AwaitAsync(context, listed, ticket, status);
        var known = status.Result;
        return known is { State: PlaceState.Bought }
            ? AwaitAsync(context, listed, ticket, new(known)) : AnswerAsync(context, listed, ticket, known);
    }

    private async Task PollNewSaleAsync(HttpContext context)
    {
        if (await catalog.SaleAsync(context).ConfigureAwait(false) is { } listed)
            await PollAsync(context, listed).ConfigureAwait(false);
    }

    private async Task AwaitAsync(
        HttpContext context, ListedSale listed, Ticket ticket, ValueTask<PlaceStatus?> asked)
    {
        var status = await asked.ConfigureAwait(false);
        var purchase = status is { State: PlaceState.Bought }
            ? await purchases.FindAsync(listed.Sale.Id, ticket.Shopper, context.RequestAborted).ConfigureAwait(false) : null;
        await AnswerAsync(context, listed, ticket, status, purchase).ConfigureAwait(false);
    }

    private Task AnswerAsync(HttpContext context, ListedSale listed, in Ticket ticket, PlaceStatus? status, Purchase? purchase = null)
    {
        if (status is null) return Problem.Unavailable.WriteAsync(context.Response);
        Answer(context, listed, ticket, status.Value, null, purchase);
        return Task.CompletedTask;
    }

    /// <summary>Look; tell the line when this shopper is due; write. Nothing here waits for anything.</summary>
    private void Answer(
        HttpContext context, ListedSale listed, in Ticket ticket, PlaceStatus status, string? ticketText, Purchase? purchase = null)
    {
        var place = places.Look(listed, ticket, status) with { Order = purchase };
        var nextPollMs = places.TellNextPoll(listed, ticket, place);
        PlaceWriter.Write(context.Response, listed, place, nextPollMs, ticketText);
    }

    private async Task JoinAsync(HttpContext context)
    {
        // A form on someone else's page must not replace the place of who is made to send it; scripts fetch.
        if (context.Request.Headers["Sec-Fetch-Mode"] == "navigate")
        {
            await Problem.UnsupportedMediaType.WriteAsync(context.Response).ConfigureAwait(false);
            return;
        }
        var body = await Bodies.ReadAsync(context).ConfigureAwait(false);
        var problem = body.Problem;
        var token = body.Text("enqueueToken", ref problem);
        var proof = body.Text("proof", ref problem);
        var replace = body.Flag("replace", ref problem);
        if (problem is not null)
        {
            await problem.WriteAsync(context.Response).ConfigureAwait(false);
            return;
        }
        if (await catalog.SaleAsync(context).ConfigureAwait(false) is not { } listed) return;

        switch (await joining.JoinAsync(context, listed, token, proof, replace).ConfigureAwait(false))
        {
            case JoinAnswer.Has has:
                context.Response.StatusCode = has.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK;
                Answer(context, listed, has.Ticket, has.Status, has.Text);
                break;
            case JoinAnswer.Refused refused:
                await refused.Problem.WriteAsync(context.Response, refused.Detail, retryAfterSeconds: refused.RetryAfterSeconds, extensions:
                [
                    ("queueOpensAt", refused.QueueOpensAt), ("challenge", refused.Challenge?.Text),
                    ("bits", refused.Challenge?.Bits), ("expiresAt", refused.Challenge?.ExpiresAt),
                    ("order", refused.Purchase), ("saleState", refused.SaleState?.Word()),
                ]).ConfigureAwait(false);
                break;
        }
    }

    private async Task LeaveAsync(HttpContext context)
    {
        if (await catalog.SaleAsync(context).ConfigureAwait(false) is not { } listed) return;
        if (!tickets.TryRead(context.Request, listed, out var ticket))
            await tickets.Refusal(context.Request, listed).WriteAsync(context.Response).ConfigureAwait(false);
        else if (await tickets.RefusalNowAsync(ticket).ConfigureAwait(false) is { } gone)
            await gone.WriteAsync(context.Response).ConfigureAwait(false);
        else if (!await line.LeaveAsync(ticket, context.RequestAborted).ConfigureAwait(false))
            await Problem.Unavailable.WriteAsync(context.Response).ConfigureAwait(false);
        else
            context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
