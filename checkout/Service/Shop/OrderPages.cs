using System.Globalization;
using System.Text;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;
using FlashSale.Pages;

namespace FlashSale.Checkout.Shop;

/// <summary>
/// A reservation as a page without script: where it stands, and the forms for what can be done. It doesn't load itself
/// again: that would take the card from who is choosing one.
/// </summary>
internal static class OrderPages
{
    private static readonly string s_order = Assets.Markup(typeof(OrderPages).Assembly, "order.html");

    /// <param name="asked">Where the shopper's bank asks, or the provider's own page is, while it is.</param>
    /// <param name="go">The shopper has just chosen to go there: the page leads on by itself.</param>
    public static Task SendAsync(
        HttpContext context, ShopListing listing, Reservation row, Challenge? asked, bool go, PaymentOptions payments)
    {
        var page = new ShopPages.Page(listing.Sale, listing.Storefront, Language.Choose(context.Request));
        var texts = page.Texts;
        var (title, lead) = asked is { IsPage: true } ? ("order.hosted", ["order.hostedlead"]) : Words(row);
        var document = page.Document(s_order, $"{texts[title]} · {listing.Sale.Name}", "none.", name => name switch
        {
            "title" => texts[title],
            "lead" => string.Join(' ', lead.Select(key => texts[key])),
            "unit" => texts["live.unit"].Replace("{n}", row.Unit.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
            "price" => Currencies.Text(row.Price),
            "body" => Body(row, asked, payments, texts),
            _ => null,
        }, personal: true, state: "order", meta: go && asked is { IsPage: true, Url: { } url }
            ? $"{Frame.NotIndexed}<meta http-equiv=\"refresh\" content=\"0;url={Template.Encode(url)}\">" : null);
        return document.SendAsync(context);
    }

    /// <summary>The texts' keys.</summary>
    private static (string Title, string[] Lead) Words(Reservation row) => row switch
    {
        { State: ReservationState.Sold } => ("live.sold", ["live.soldlead"]),
        { State: ReservationState.Refunding } => ("live.refunding", ["live.refundinglead"]),
        { State: ReservationState.Refunded } => ("live.moneyback", ["live.moneybacklead"]),
        { State: ReservationState.Released } => Released(row),
        { State: ReservationState.Securing } or { PaymentState: PaymentState.Authorised or PaymentState.Processing } =>
            ("live.processing", ["live.processinglead"]),
        { PaymentState: PaymentState.ActionRequired } => ("live.bank", ["live.banklead"]),
        { PaymentState: PaymentState.Unknown } => ("live.unknown", ["live.unknownlead"]),
        { PaymentState: PaymentState.Declined } => ("live.declined", ["live.declinedlead"]),
        _ => ("live.held", ["live.heldlead"]),
    };

    private static (string, string[]) Released(Reservation row)
    {
        var key = row.Reason switch
        {
            ReleaseReason.Cancelled => "live.cancelled",
            ReleaseReason.Declined => "live.usedup",
            _ => "live.expired",
        };
        return row.PaymentState switch
        {
            PaymentState.Voided => (key, [$"{key}lead", "live.voided"]),
            PaymentState.Refunded => (key, [$"{key}lead", "live.refunded"]),
            _ => (key, [$"{key}lead"]),
        };
    }

    private static string Body(Reservation row, Challenge? asked, PaymentOptions payments, Texts texts)
    {
        var html = new StringBuilder();
        if (row.State is ReservationState.Sold or ReservationState.Refunding or ReservationState.Refunded)
            html.Append($"""<dl class="card outcome num"><div><dt>{Text(texts, "cart.ordernumber")}</dt><dd>{row.OrderNumber}</dd></div>""")
                .Append($"<div><dt>{Text(texts, "cart.paid")}</dt><dd>{Currencies.Text(row.Price)}</dd></div></dl>")
                .Append(row.State is not ReservationState.Sold ? ""
                    : $"""<h2>{Text(texts, "cart.next")}</h2><p class="soft">{Text(texts, "cart.nexttext")}</p>""");
        else if (row.State is ReservationState.Released)
            html.Append($"""<form method="post" action="/shop/{row.Sale}/join" class="acts">""")
                .Append($"""<button name="again" value="1">{Text(texts, "cart.again")}</button></form>""");
        else if (row.State is ReservationState.Held && row.PaymentState is PaymentState.None or PaymentState.Declined)
            Forms(html, row, payments, texts);
        else if (asked?.Url is { } url)
        {
            html.Append(Until(row, texts)).Append($"""<p class="acts"><a class="button" href="{Template.Encode(url)}">""")
                .Append($"{Text(texts, asked.IsPage ? "order.gohosted" : "order.bank")}</a></p>");
            if (asked.IsPage) GiveBack(html, texts);
        }
        else
            html.Append($"""<p class="acts"><a class="button" href="">{Text(texts, "order.check")}</a></p>""");
        return html.Append($"""<p><a href="/shop/{row.Sale}">{Text(texts, "page.back")}</a></p>""").ToString();
    }

    private static string Until(Reservation row, Texts texts)
    {
        var left = row.PayBy - row.Now;
        if (left < TimeSpan.Zero) left = TimeSpan.Zero;
        var until = texts["order.until"]
            .Replace("{time}", row.PayBy.ToString("HH:mm:ss", CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{left}", $"{(int)left.TotalMinutes}:{left.Seconds:00}", StringComparison.Ordinal);
        return $"""<p class="notice num">{Template.Encode(until)}</p>""";
    }

    private static void Forms(StringBuilder html, Reservation row, PaymentOptions payments, Texts texts)
    {
        html.Append(Until(row, texts));
        if (row.PaymentState is PaymentState.Declined)
            html.Append($"""<p class="notice bad num">{Attempts(row, texts)}</p>""");
        if (payments.ReturnUrl is not null)
            html.Append($"""<form method="post" class="card pay"><input type="hidden" name="attempt" value="{Guid.NewGuid():N}">""")
                .Append($"""<input type="hidden" name="card" value="{Attempt.HostedPage}"><p>{Text(texts, "order.hostedwhy")}</p>""")
                .Append($"""<button name="action" value="pay">{Text(texts, "order.hosted")}</button></form>""");
        else if (payments.IsLive)
            html.Append($"<p>{Text(texts, "order.needsscript")}</p>")
                .Append($"""<p class="acts"><a class="button" href="/shop/{row.Sale}/cart">{Text(texts, "cart.title")}</a></p>""");
        if (!payments.IsLive) html.Append($"""<form method="post" class="card pay"><input type="hidden" name="attempt" value="{Guid.NewGuid():N}">""")
            .Append($"""<fieldset><legend>{Text(texts, "cart.card")}</legend><p class="soft small">{Text(texts, "cart.test")}</p>""")
            .Append($"{ShopPages.Cards(texts)}</fieldset>")
            .Append($"""<p class="total"><span>{Text(texts, "cart.total")}</span><b class="num">{Currencies.Text(row.Price)}</b></p>""")
            .Append($"""<button name="action" value="pay">{Text(texts, "live.pay")} {Currencies.Text(row.Price)}</button></form>""");
        GiveBack(html, texts);
    }

    private static void GiveBack(StringBuilder html, Texts texts) => html
        .Append($"<details><summary>{Text(texts, "cart.giveback")}</summary><p>{Text(texts, "cart.givebackwarning")}</p>")
        .Append("""<form method="post"><button class="quiet" name="action" value="cancel">""")
        .Append($"{Text(texts, "cart.givebacknow")}</button></form></details>");

    private static string Attempts(Reservation row, Texts texts)
    {
        var left = Math.Max(0, row.AttemptsAllowed - row.PaymentAttempts);
        return Template.Encode(texts["live.attempts"]
            .Replace("{n}", left.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }

    private static string Text(Texts texts, string key) => Template.Encode(texts[key]);
}
