using FlashSale.Contract;
using FlashSale.Gateway.Called;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Claims;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Gate;
using FlashSale.Gateway.Tickets;
using FlashSale.Pages;
using FlashSale.Queue;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;

namespace FlashSale.Gateway.Pages;

/// <summary><c>/line/{sale}</c>: the waiting page, and its form for a browser without script.</summary>
public sealed class LineRoutes(
    EdgeCatalog catalog, Line line, TicketReader tickets, Joining joining, ClaimExchange claiming, Places places,
    Purchases purchases, PublicOrigin origin, CalledScript called, LedgerClock clock)
{
    private const string Path = "/line/{sale}";
    private const string View = "view";
    private const string Plain = "plain";

    /// <summary>Asks who came by another shopper's link.</summary>
    private const string Another = "another";

    /// <summary>Where shoppers check their own place.</summary>
    private const string Order = "order";

    /// <summary>What the waiting page's script asks for when it happens.</summary>
    private const string LateTexts = "texts";

    /// <summary>Before a language's code, what the form asks for: without script a link could not keep the address.</summary>
    internal const string LanguageAction = "lang.";

    /// <summary>The storefront's word for who the shopper is.</summary>
    private const string Invitation = "enqueueToken";

    /// <summary>The shopper's wish for another place in the end; whoever has chosen between two has got theirs.</summary>
    private const string Again = "again";

    /// <summary>In the address once a cookie has been given: it must be there now.</summary>
    private const string Tested = "cookies";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<LineRoutes>();
        var limits = routes.ServiceProvider.GetRequiredService<RateLimits>();
        routes.MapGet(Path, limits.Other.Before(pages.ShowAsync)).ShortCircuit();
        routes.MapPost(Path, pages.ActAsync);
        AttentionRoutes.Map(routes);
        MailLinkRoutes.Map(routes);
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await RequestAsync(context).ConfigureAwait(false) is not ({ } listed, var returnUrl)) return;
        if (await HasNoCookiesAsync(context, listed).ConfigureAwait(false)) return;
        if (listed.Sale.Identity == IdentityRule.Anonymous) Credentials.EnsureVisitorCookie(context);
        var model = Model(listed, returnUrl);
        var view = context.Request.QueryValue(View);
        model = view switch
        {
            Plain => model with { Place = await PlaceAsync(context, listed).ConfigureAwait(false) },
            Another => model with { Problem = NotHere(context, listed) },
            _ => model,
        };
        var shown = view switch
        {
            LateTexts => WaitingPage.RenderTexts(context, model),
            Order => OrderPage.Render(context, model, tickets.TryRead(context.Request, listed, out var ticket) ? ticket.Place : null),
            _ => WaitingPage.Render(context, model),
        };
        await shown.ConfigureAwait(false);
    }

    /// <summary>
    /// Whether the request has been answered: a browser that shows no cookie is given one and sent here again, once, and then told
    /// what to do. It would get a place after a place otherwise, and a unit after a unit, and see none of them.
    /// </summary>
    private static async ValueTask<bool> HasNoCookiesAsync(HttpContext context, ListedSale listed)
    {
        var request = context.Request;
        if (!IsPage(request) || Credentials.Visitor(request) is not null || Credentials.Cookies(request, listed.TicketCookie).MoveNext())
            return false;
        if (request.Query.ContainsKey(Tested)) await WaitingPage.RenderCookies(context, listed, AddressWithout(request, Tested)).ConfigureAwait(false);
        else
        {
            Credentials.EnsureVisitorCookie(context);
            context.Response.Headers.CacheControl = "no-store";
            // As it was sent: what is in it is not written anew.
            var query = request.QueryString.Value is { Length: > 0 } asked && !asked.AsSpan().ContainsAnyExceptInRange('!', '~')
                ? asked : new QueryBuilder(request.Query).ToQueryString().Value!;
            context.Response.Redirect($"{request.Path.ToUriComponent()}{query}{(query.Length == 0 ? '?' : '&')}{Tested}=1");
        }
        return true;
    }

    /// <summary>Why the page has no place to show: it is somebody else's, or it has moved.</summary>
    private Problem NotHere(HttpContext context, ListedSale listed) =>
        !tickets.TryRead(context.Request, listed, out _) && tickets.Refusal(context.Request, listed) == Problem.PlaceMoved
            ? Problem.PlaceMoved : Problem.PlaceOfAnother;

    private static bool IsPage(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

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

    /// <summary>
    /// The form: check (join without a ticket, go on when admitted), join (again), leave; keep the place or replace it, for who
    /// came by another shopper's link; the page in another language.
    /// </summary>
    private async Task ActAsync(HttpContext context)
    {
        if (await RequestAsync(context).ConfigureAwait(false) is not ({ } listed, var returnUrl)) return;
        var refused = !context.Request.HasFormContentType ? Problem.UnsupportedMediaType
            : !Uri.TryCreate(origin.Of(context.Request), UriKind.Absolute, out var own)
                || Forms.IsForeign(context.Request, own.Authority) ? Problem.Malformed : null;
        if (refused is null && await HasNoCookiesAsync(context, listed).ConfigureAwait(false)) return;
        var action = refused is null ? await ActionAsync(context).ConfigureAwait(false) : null;
        if (action is null)
        {
            await WaitingPage.RenderProblem(context, refused ?? Problem.Malformed, listed.Storefront).ConfigureAwait(false);
            return;
        }
        if (action.StartsWith(LanguageAction, StringComparison.Ordinal))
        {
            var address = AddressWithout(context.Request, Language.Parameter);
            context.Response.SeeOther(QueryHelpers.AddQueryString(address, Language.Parameter, action[LanguageAction.Length..]));
            return;
        }
        var (problem, order) = action switch
        {
            "leave" => (await LeaveAsync(context, listed).ConfigureAwait(false), null),
            "join" or "replace" => await JoinAsync(context, listed, action == "replace").ConfigureAwait(false),
            "check" or "" => await CheckAsync(context, listed, returnUrl).ConfigureAwait(false),
            "keep" => (null, null),
            _ => (Problem.Malformed, null),
        };
        if (context.Response.StatusCode == StatusCodes.Status303SeeOther) return;
        if (problem is not null)
            await WaitingPage.Render(context, Model(listed, returnUrl) with { Problem = problem, Order = order, Action = action })
                .ConfigureAwait(false);
        else if (action is "keep" or "replace")
            context.Response.SeeOther(AddressWithout(context.Request, View, Tested, Invitation, Again));
        else context.Response.SeeOther(PlainUrl(context.Request));
    }

    private async ValueTask<(Problem?, Purchase?)> CheckAsync(HttpContext context, ListedSale listed, ReturnUrl returnUrl)
    {
        if (!tickets.TryRead(context.Request, listed, out var ticket))
            return await JoinAsync(context, listed, replace: false).ConfigureAwait(false);
        var status = await line.StatusAsync(ticket, listed.Sale).ConfigureAwait(false);
        if (status is null) return (Problem.Unavailable, null);
        if (status.Value.State is not (PlaceState.Admitted or PlaceState.Redeemed)) return default;
        var outcome = await claiming.ClaimAsync(context, listed).ConfigureAwait(false);
        if (outcome is ExchangeOutcome.Claimed claimed) context.Response.SeeOther(returnUrl.Continue(claimed.Answer.Token));
        return outcome is ExchangeOutcome.Refused refused ? (refused.Problem, refused.Purchase) : default;
    }

    private async ValueTask<(Problem?, Purchase?)> JoinAsync(HttpContext context, ListedSale listed, bool replace)
    {
        string? token = context.Request.Query[Invitation];
        var joined = await joining.JoinAsync(context, listed, string.IsNullOrEmpty(token) ? null : token, replace: replace)
            .ConfigureAwait(false);
        return joined is JoinAnswer.Refused refused ? (refused.Problem, refused.Purchase) : default;
    }

    private async ValueTask<Problem?> LeaveAsync(HttpContext context, ListedSale listed)
    {
        if (!tickets.TryRead(context.Request, listed, out var ticket)) return null;
        if (await tickets.RefusalNowAsync(ticket).ConfigureAwait(false) is { } gone) return gone;
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
            AdmittedPerMinute = view.AdmittedPerMinute,
            Outlook = view.Outlook.Word(),
            Available = view.Units.Available,
            InCarts = view.Units.InCarts,
            Sold = view.Units.Sold,
            NextPollMs = places.TellNextPoll(listed, ticket, view),
            Message = listed.Sale.Message,
            RedeemBy = view.RedeemBy > 0 ? DateTimeOffset.FromUnixTimeSeconds(view.RedeemBy) : null,
            HasEnded = status.State == PlaceState.Released,
            Order = status.State == PlaceState.Bought
                ? await purchases.FindAsync(listed.Sale.Id, ticket.Shopper, context.RequestAborted).ConfigureAwait(false) : null,
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
        await (IsPage(context.Request) ? WaitingPage.RenderProblem(context, problem!, listed?.Storefront) : problem!.WriteAsync(context.Response))
            .ConfigureAwait(false);
        return default;
    }

    private WaitingPageModel Model(ListedSale listed, ReturnUrl returnUrl) => new()
    {
        Sale = listed.Sale,
        Storefront = listed.Storefront,
        ReturnUrl = returnUrl.Value,
        Now = clock.GetUtcNow(),
        CanCall = called.IsOn,
    };

    /// <summary>Without the invitation: from here on the ticket says who it is.</summary>
    private static string PlainUrl(HttpRequest request)
    {
        var address = AddressWithout(request, View, Tested, Invitation);
        return QueryHelpers.AddQueryString(address, View, Plain);
    }

    private static string AddressWithout(HttpRequest request, params string[] parameters)
    {
        var query = request.Query.Where(one => !parameters.Contains(one.Key)).SelectMany(
            one => one.Value, (one, value) => KeyValuePair.Create(one.Key, value ?? ""));
        return request.Path.ToUriComponent() + new QueryBuilder(query).ToQueryString();
    }
}
