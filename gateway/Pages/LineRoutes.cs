using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Claims;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Gate;
using FlashSale.Gateway.Tickets;
using FlashSale.Pages;
using FlashSale.Queue;
using Microsoft.AspNetCore.Http.Extensions;

namespace FlashSale.Gateway.Pages;

/// <summary><c>/line/{sale}</c>: the waiting page, and its form for a browser without script.</summary>
public sealed class LineRoutes(
    EdgeCatalog catalog, Line line, TicketReader tickets, Joining joining, ClaimExchange claiming, Places places,
    PublicOrigin origin, LedgerClock clock)
{
    private const string Path = "/line/{sale}";
    private const string View = "view";
    private const string Plain = "plain";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<LineRoutes>();
        var limits = routes.ServiceProvider.GetRequiredService<RateLimits>();
        routes.MapGet(Path, limits.Other.Before(pages.ShowAsync)).ShortCircuit();
        routes.MapPost(Path, pages.ActAsync);
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await RequestAsync(context).ConfigureAwait(false) is not ({ } listed, var returnUrl)) return;
        if (listed.Sale.Identity == IdentityRule.Anonymous) Credentials.EnsureVisitorCookie(context);
        var model = Model(listed, returnUrl);
        if (context.Request.QueryValue(View) == Plain)
            model = model with { Place = await PlaceAsync(context, listed).ConfigureAwait(false) };
        await WaitingPage.Render(context, model).ConfigureAwait(false);
    }

    /// <summary>What the form asks for; null when it is none that a browser sends (no boundary, endless names).</summary>
    private static async ValueTask<string?> ActionAsync(HttpContext context)
    {
        try
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
            return form["action"].ToString();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The form: check (join without a ticket, go on when admitted), join (again), leave.</summary>
    private async Task ActAsync(HttpContext context)
    {
        if (await RequestAsync(context).ConfigureAwait(false) is not ({ } listed, var returnUrl)) return;
        var refused = !context.Request.HasFormContentType ? Problem.UnsupportedMediaType
            : !Uri.TryCreate(origin.Of(context.Request), UriKind.Absolute, out var own)
                || Forms.IsForeign(context.Request, own.Authority) ? Problem.Malformed : null;
        var action = refused is null ? await ActionAsync(context).ConfigureAwait(false) : null;
        if (action is null)
        {
            await WaitingPage.RenderProblem(context, refused ?? Problem.Malformed, listed.Storefront).ConfigureAwait(false);
            return;
        }
        var problem = action switch
        {
            "leave" => await LeaveAsync(context, listed).ConfigureAwait(false),
            "join" => await JoinAsync(context, listed).ConfigureAwait(false),
            "check" or "" => await CheckAsync(context, listed, returnUrl).ConfigureAwait(false),
            _ => Problem.Malformed,
        };
        if (context.Response.StatusCode == StatusCodes.Status303SeeOther) return;
        if (problem is null) SeeOther(context, PlainUrl(context.Request));
        else await WaitingPage.Render(context, Model(listed, returnUrl) with { Problem = problem }).ConfigureAwait(false);
    }

    private async ValueTask<Problem?> CheckAsync(HttpContext context, ListedSale listed, ReturnUrl returnUrl)
    {
        if (!tickets.TryRead(context.Request, listed, out var ticket))
            return await JoinAsync(context, listed).ConfigureAwait(false);
        var status = await line.StatusAsync(ticket, listed.Sale).ConfigureAwait(false);
        if (status is null) return Problem.Unavailable;
        if (status.Value.State != PlaceState.Admitted) return null;
        var outcome = await claiming.ClaimAsync(context, listed).ConfigureAwait(false);
        if (outcome is ExchangeOutcome.Claimed claimed) SeeOther(context, returnUrl.Continue(claimed.Answer.Token));
        return (outcome as ExchangeOutcome.Refused)?.Problem;
    }

    private async ValueTask<Problem?> JoinAsync(HttpContext context, ListedSale listed)
    {
        string? token = context.Request.Query["enqueueToken"];
        var joined = await joining.JoinAsync(context, listed, string.IsNullOrEmpty(token) ? null : token).ConfigureAwait(false);
        return (joined as JoinAnswer.Refused)?.Problem;
    }

    private async ValueTask<Problem?> LeaveAsync(HttpContext context, ListedSale listed)
    {
        if (!tickets.TryRead(context.Request, listed, out var ticket)) return null;
        return await line.LeaveAsync(ticket, context.RequestAborted).ConfigureAwait(false) ? null : Problem.Unavailable;
    }

    private async ValueTask<WaitingPlace?> PlaceAsync(HttpContext context, ListedSale listed)
    {
        if (!tickets.TryRead(context.Request, listed, out var ticket)
            || await line.StatusAsync(ticket, listed.Sale).ConfigureAwait(false) is not { } status)
            return null;
        var view = places.Look(listed, ticket, status);
        return new WaitingPlace
        {
            State = view.State.Text(),
            SaleState = view.SaleState.Word(),
            Number = view.Number,
            Ahead = view.Ahead < 0 ? null : view.Ahead,
            EtaLowSeconds = view.Eta?.LowSeconds,
            EtaHighSeconds = view.Eta?.HighSeconds,
            Outlook = view.Outlook.Word(),
            Available = view.Units.Available,
            InCarts = view.Units.InCarts,
            Sold = view.Units.Sold,
            NextPollMs = places.TellNextPoll(listed, ticket, view),
            Message = listed.Sale.Message,
            RedeemBy = view.RedeemBy > 0 ? DateTimeOffset.FromUnixTimeSeconds(view.RedeemBy) : null,
        };
    }

    /// <summary>The sale and a validated return URL; no sale after the request has been refused.</summary>
    private async ValueTask<(ListedSale? Sale, ReturnUrl ReturnUrl)> RequestAsync(HttpContext context)
    {
        var id = context.Request.RouteValues["sale"] as string;
        var (listed, problem) = id is not null && catalog.Find(id) is { } known
            ? (known, null) : await catalog.LookUpAsync(id, context.RequestAborted).ConfigureAwait(false);
        if (listed is not null)
        {
            if (origin.ReturnUrl(context, listed, context.Request.QueryValue("returnUrl")) is { } url) return (listed, url);
            problem = Problem.ReturnUrlNotAllowed;
        }
        var asPage = context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        await (asPage ? WaitingPage.RenderProblem(context, problem!, listed?.Storefront) : problem!.WriteAsync(context.Response))
            .ConfigureAwait(false);
        return default;
    }

    private WaitingPageModel Model(ListedSale listed, ReturnUrl returnUrl) => new()
    {
        Sale = listed.Sale,
        Storefront = listed.Storefront,
        ReturnUrl = returnUrl.Value,
        Now = clock.GetUtcNow(),
    };

    private static string PlainUrl(HttpRequest request)
    {
        var query = request.Query.Where(one => one.Key != View).SelectMany(
            one => one.Value, (one, value) => KeyValuePair.Create(one.Key, value ?? ""));
        return request.Path.ToUriComponent() + new QueryBuilder([.. query, new(View, Plain)]).ToQueryString();
    }

    private static void SeeOther(HttpContext context, string url)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = url;
        context.Response.Headers.CacheControl = "no-store";
    }
}
