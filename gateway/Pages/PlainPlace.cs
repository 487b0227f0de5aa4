using System.Globalization;
using System.Text;

using FlashSale.Contract;
using FlashSale.Pages;

namespace FlashSale.Gateway.Pages;

/// <summary>A place in words and numbers, for the page that does without script.</summary>
public sealed class PlainPlace(WaitingPageModel model, WaitingPlace place, Language language, Texts texts)
{
    /// <summary>The page's, in the shopper's language.</summary>
    public Texts Texts => texts;

    /// <summary>
    /// Whether waiting can change anything, so that the page should load itself again. An operator may extend a sale that has ended.
    /// </summary>
    public bool Moves => Kind is not ("left" or "missed" or "redeemed" or "spent" or "alreadyBought");

    /// <summary>What has become of the place, as a heading.</summary>
    public string Title => texts[$"live.{Headline}"];

    /// <summary>What to do now, in a sentence below the heading.</summary>
    public string Lead => Kind switch
    {
        "admitted" => texts["live.asklead"],
        "prequeue" when model.Sale.Order is LineOrder.Shuffle => texts["live.shufflelead"],
        "waiting" when Headline is "waiting" => texts["page.lead"],
        _ => texts[$"live.{Headline}lead"],
    };

    /// <summary>The worst first: nobody moves, or no unit is likely to be left.</summary>
    private string Headline => Kind is not "waiting" ? Kind
        : place.SaleState is "paused" ? "paused"
        : place.Ahead is 0 ? "next"
        : place.Outlook is "unlikely" ? "tooLate" : "waiting";

    // The contract's states as the texts name them.
    private string Kind => place.State switch
    {
        "redeemed" when place.Order is not null => "alreadyBought",
        "redeemed" when place.HasEnded => "spent",
        "waiting" when place.SaleState is "soldOut" => "soldOut",
        "ended" => "saleEnded",
        _ => place.State,
    };

    /// <summary>The page below its heading, as HTML.</summary>
    /// <param name="refreshSeconds">When the page loads itself again; 0: never.</param>
    public string Body(int refreshSeconds)
    {
        var html = new StringBuilder();
        if (Kind is "waiting" or "prequeue") Facts(html);
        if (place.Order is { } order) html.Append($"""<p class="notice">{Text("live.order", ("n", order.OrderNumber))}</p>""");
        Form(html);
        if (place.Message is { Length: > 0 } message) html.Append($"""<p class="notice">{Template.Encode(message)}</p>""");
        Units(html);
        if (refreshSeconds > 0)
        {
            // A turn runs out, whatever the page does.
            var safe = Kind is "waiting" or "prequeue" ? " " + Text("live.safe") : "";
            html.Append($"""<p class="safe">{Text("plain.auto", ("n", Number(refreshSeconds)))}{safe}</p>""");
        }
        var reference = $"{model.Sale.Id}-{place.Number.ToString(CultureInfo.InvariantCulture)}";
        html.Append($"""<footer class="foot soft small num"><span>{Text("plain.updated", ("time", Time(model.Now)))}</span>""")
            .Append($"""<span>{Text("live.ref", ("ref", reference))}</span></footer>""");
        return html.ToString();
    }

    private void Facts(StringBuilder html)
    {
        var drawn = Kind is "prequeue" && model.Sale.Order is LineOrder.Shuffle;
        var label = drawn ? Text("live.entry") : Text("page.ahead");
        html.Append($"""<section class="card hero"><p class="label">{label}</p>""")
            .Append($"""<p class="huge num">{Number(drawn ? place.Number : place.Ahead ?? 0)}</p><dl class="facts">""");
        if (!drawn) Fact(html, "page.number", Number(place.Number));
        Fact(html, "page.wait", Kind is "prequeue" ? texts["live.eta0"] : Wait(),
            Kind is "prequeue" ? null : Filled("live.pace", ("n", Number(place.AdmittedPerMinute))));
        var chance = texts.Keys.Contains($"live.{place.Outlook}why") ? $"live.{place.Outlook}" : "live.eta0";
        html.Append($"""<div class="wide"><dt>{Text("page.outlook")}</dt><dd><b>{Text(chance)}</b></dd></div></dl>""");
        if (Kind is "prequeue")
            html.Append($"<p>{Until("plain.starts", model.Sale.StartsAt)}</p>");
        html.Append("</section>");
    }

    private void Form(StringBuilder html)
    {
        if (place.RedeemBy is { } redeemBy && Kind is "admitted")
            html.Append($"""<p class="notice">{Until("plain.until", redeemBy)}</p>""");
        var (action, label) = Kind switch
        {
            "admitted" or "redeemed" => ("check", "plain.continue"),
            "missed" or "left" or "spent" => ("join", "live.again"),
            "saleEnded" or "alreadyBought" => ("", ""),
            _ => ("check", "plain.check"),
        };
        if (action.Length > 0)
            html.Append($"""<form method="post"><p class="acts"><button name="action" value="{action}">""")
                .Append($"{Text(label)}</button></p></form>");
        if (!Moves || Kind is "soldOut" or "saleEnded")
            html.Append($"""<p class="acts"><a class="button quiet" href="{Template.Encode(Home)}">{Text("page.back")}</a></p>""");
        else if (Kind is "waiting" or "prequeue")
            html.Append($"<details><summary>{Text("page.leave")}</summary><p>{Text("page.leavewarning")}</p>")
                .Append("""<form method="post"><button class="quiet" name="action" value="leave">""")
                .Append($"{Text("page.leavenow")}</button></form></details>");
    }

    private string Home => model.Storefront?.Look?.HomeUrl ?? "/";

    private void Units(StringBuilder html)
    {
        html.Append($"""<section class="card"><h2>{Text("page.units")}</h2><dl class="counts num">""");
        Fact(html, "page.sold", Number(place.Sold));
        Fact(html, "page.carts", Number(place.InCarts));
        Fact(html, "page.available", Number(place.Available));
        html.Append("</dl></section>");
    }

    private void Fact(StringBuilder html, string label, string value, string? beside = null)
    {
        html.Append($"""<div><dt>{Text(label)}</dt><dd class="num">{Template.Encode(value)}</dd>""");
        if (beside is not null) html.Append($"""<dd class="soft small num">{Template.Encode(beside)}</dd>""");
        html.Append("</div>");
    }

    private string Wait() => (place.EtaLowSeconds, place.EtaHighSeconds) switch
    {
        ({ } low, { } high) => Wait(low, high),
        _ => texts["live.eta0"],
    };

    /// <summary>As the page's script says it.</summary>
    private string Wait(int low, int high) => (Math.Max(1, low / 60), (high + 59) / 60) switch
    {
        _ when high < 10 => texts["live.etanow"],
        _ when high < 60 => texts["live.etasoon"],
        _ when high >= 5400 => Filled("live.etahour", ("a", Number(Math.Max(1, low / 3600))), ("b", Number((high + 3599) / 3600))),
        var (from, to) when from == to => Filled("live.etamin1", ("a", Number(from))),
        var (from, to) => Filled("live.etamin", ("a", Number(from)), ("b", Number(to))),
    };

    private string Text(string key, params (string Name, string Value)[] values) => Template.Encode(Filled(key, values));

    private string Filled(string key, params (string Name, string Value)[] values) =>
        values.Aggregate(texts[key], (text, one) => text.Replace($"{{{one.Name}}}", one.Value, StringComparison.Ordinal));

    private string Number(long number) => number.ToString("N0", new NumberFormatInfo
    {
        NumberGroupSeparator = language.Group.ToString(),
    });

    /// <summary>Without script nobody knows the shopper's own time, but how long it is until then.</summary>
    private string Until(string key, DateTimeOffset time)
    {
        var left = TimeSpan.FromSeconds(Math.Max(0, Math.Floor((time - model.Now).TotalSeconds)));
        var clock = left.ToString(left.TotalHours < 1 ? @"m\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);
        if (left.Days > 0) clock = $"{Filled("live.d", ("n", Number(left.Days)))} {clock}";
        return Text(key, ("left", clock), ("time", Time(time)));
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
