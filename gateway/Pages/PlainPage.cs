using System.Globalization;
using System.Text;

using FlashSale.Contract;
using FlashSale.Gateway.Called.ByMail;
using FlashSale.Gateway.Catalog;
using FlashSale.Pages;

namespace FlashSale.Gateway.Pages;

/// <summary>
/// The line for a browser without script, and the line's problems: rendered per request, loads itself again.
/// </summary>
internal static class PlainPage
{
    /// <summary>Seconds between two loads, however soon the next poll may be: a load costs more than a poll.</summary>
    private const int MinRefreshSeconds = 10;

    private const string Busy = "problem.busy";
    private const string Another = "problem.another";

    // Of who has sent a form: busy, and a page that can't do the work that joining costs right now.
    private const string Later = "problem.later";
    private const string Work = "problem.work";

    public static Task Render(HttpContext context, WaitingPageModel model, Language language)
    {
        if (model.Place is null)
            return RenderProblem(
                context, model.Problem!, model.Storefront, language, model.Sale.Name, model.ReturnUrl, model.Order,
                model.Action);

        var page = new PlainPlace(model, model.Place, language, PageTexts.For(language, model.Storefront));
        var refresh = page.Moves ? Math.Max(MinRefreshSeconds, model.Place.NextPollMs / 1000) : 0;
        return Send(context, StatusCodes.Status200OK, model.Storefront, language, name => name switch
        {
            "title" => page.Title,
            "lead" => page.Lead,
            "sale" => model.Sale.Name,
            "body" => page.Body(refresh),
            "refresh" => refresh == 0 ? "" : string.Create(
                CultureInfo.InvariantCulture, $"""<meta http-equiv="refresh" content="{refresh}">"""),
            _ => page.Texts[name],
        });
    }

    public static Task RenderProblem(
        HttpContext context, Problem problem, Storefront? storefront, Language language,
        string sale = "FlashSale", string? returnUrl = null, Purchase? order = null, string? action = null)
    {
        var texts = PageTexts.For(language, storefront);
        var key = Key(problem);
        // Loading the page anew would not do what its form asked for: that is sent again.
        if (key is Busy && HttpMethods.IsPost(context.Request.Method))
            key = problem == Problem.ChallengeRequired ? Work : Later;
        var home = storefront?.Look?.HomeUrl ?? returnUrl ?? "/";
        var body = new StringBuilder();
        if (order is not null)
            body.Append($"""<p class="notice">{Template.Encode(texts["live.order"].Replace("{n}", order.OrderNumber, StringComparison.Ordinal))}</p>""");
        if (key is Another)
            body.Append($"""<form method="post"><p class="acts"><button name="action" value="keep">{Template.Encode(texts["problem.keep"])}</button>""")
                .Append($"""<button class="quiet" name="action" value="replace">{Template.Encode(texts["problem.replace"])}</button></p></form>""");
        if (key is Later or Work)
            body.Append($"""<form method="post"><p class="acts"><button name="action" value="{Template.Encode(action ?? "")}">""")
                .Append($"{Template.Encode(texts["problem.again"])}</button></p></form>");
        body.Append("""<p class="acts">""");
        if (key is Busy) body.Append(CultureInfo.InvariantCulture, $"""<a class="button" href="">{Template.Encode(texts["plain.check"])}</a>""");
        body.Append($"""<a class="button quiet" href="{Template.Encode(home)}">{Template.Encode(texts["page.back"])}</a></p>""");
        return Send(context, problem.Status, storefront, language, name => name switch
        {
            "title" => texts[key is Later ? Busy : key],
            "lead" => texts[$"{key}lead"],
            "sale" => sale,
            "refresh" => key is Busy ? """<meta http-equiv="refresh" content="10">""" : "",
            "body" => body.ToString(),
            _ => texts[name],
        });
    }

    public static Task RenderCookies(HttpContext context, ListedSale listed, string again, Language language)
    {
        var texts = PageTexts.For(language, listed.Storefront);
        return Send(context, StatusCodes.Status200OK, listed.Storefront, language, name => name switch
        {
            "title" => texts["problem.cookies"],
            "lead" => texts["problem.cookieslead"],
            "sale" => listed.Sale.Name,
            "refresh" => "",
            "body" => $"""<p class="acts"><a class="button" href="{Template.Encode(again)}">{Template.Encode(texts["problem.again"])}</a></p>""",
            _ => texts[name],
        });
    }

    /// <summary>Where a link of a mail leads.</summary>
    public static Task RenderLink(
        HttpContext context, ListedSale listed, string title, string lead, LinkAction? action, int status)
    {
        var language = Language.Choose(context.Request);
        var texts = PageTexts.For(language, listed.Storefront);
        var body = new StringBuilder();
        if (action?.Notice is { } notice) body.Append($"""<p class="notice">{Template.Encode(notice)}</p>""");
        if (action is not null)
            body.Append($"""<form method="post"><p class="acts"><button>{Template.Encode(action.Button)}</button></p></form>""");
        else
            body.Append($"""<p class="acts"><a class="button quiet" href="{Template.Encode(listed.Storefront?.Look?.HomeUrl ?? "/")}">""")
                .Append($"""{Template.Encode(texts["page.back"])}</a></p>""");
        return Send(context, status, listed.Storefront, language, name => name switch
        {
            "title" => title,
            "lead" => lead,
            "sale" => listed.Sale.Name,
            "refresh" => "",
            "body" => body.ToString(),
            _ => texts[name],
        });
    }

    private static string Key(Problem problem) => problem.Code switch
    {
        "unknownSale" or "notFound" => "problem.unknown",
        "returnUrlNotAllowed" => "problem.returnurl",
        "placeOfAnother" => Another,
        "placeMoved" => "problem.moved",
        "alreadyBought" or "saleEnded" => $"live.{problem.Code}",
        "joiningNotOpen" => "problem.early",
        "enqueueTokenInvalid" or "ticketInvalid" => "live.enqueueTokenInvalid",
        "admissionMissed" => "live.missed",
        "slowDown" or "challengeRequired" or "unavailable" or "notYourTurn" => Busy,
        _ => "live.malformed",
    };

    private static Task Send(
        HttpContext context, int status, Storefront? storefront, Language language, Func<string, string> value)
    {
        var query = string.Concat(context.Request.Query.Where(one => one.Key is "returnUrl" or "view" or "enqueueToken" or "link")
            .Select(one => $"&{one.Key}={Uri.EscapeDataString(one.Value.ToString())}"));
        var style = PageParts.Style + LookParts.Colours(storefront?.Look);
        var content = Template.Fill(PageParts.Plain, name => name switch
        {
            "header" => LookParts.Header(storefront, language, value("page.language"), home: null, query),
            _ => value(name),
        });
        var html = new Frame(language, $"{value("title")} · {value("sale")}")
        {
            Styles = $"<style>{style}</style>",
            Meta = Frame.NotIndexed + value("refresh"),
            State = "live plain",
            Look = storefront?.Look,
        }.Around(content);
        context.Response.Headers.ContentLanguage = language.Code;
        return Document.Html(html, [style], cacheControl: "no-store").SendAsync(context, status);
    }
}
