using FlashSale.Contract;
using FlashSale.Pages.OpenApi;

namespace FlashSale.Gateway.Docs;

/// <summary>The edge's own routes, for its OpenAPI document.</summary>
public static class EdgeDescription
{
    public const string Document = "edge";

    private const string Line = "The line", Gate = "The gate", Keys = "Embedding";

    private static readonly IReadOnlyList<InputDescription> s_returnUrl =
        [new("returnUrl", "Where the browser goes on: same-origin, or of a registered origin.")];

    public static IReadOnlyList<RouteDescription> Routes { get; } =
    [
        new("GET", "/sales/{sale}", "The public view of a sale; cacheable for a second.")
        {
            Tag = Line,
            Answers = [new(200, "The sale", typeof(Schemas.PublicSale))],
            Problems = [Problem.UnknownSale, Problem.Unavailable],
        },
        new("GET", "/sales/{sale}/calls", "The public log of calls, a thousand entries a page; cacheable.")
        {
            Tag = Line,
            Inputs =
            [
                new("after", "The number of the last entry that is known: next of the page before."),
                new("epoch", "Whose log; the current epoch's without it."),
            ],
            Answers = [new(200, "A page of the log", typeof(Schemas.CallLog))],
            Problems = [Problem.Malformed, Problem.UnknownSale, Problem.SlowDown, Problem.Unavailable],
        },
        new("POST", "/sales/{sale}/ticket", "Join the line, or get the place that this shopper has.")
        {
            Tag = Line,
            Body = typeof(Schemas.JoinRequest),
            Answers = [new(201, "A new place", typeof(Schemas.Place)), new(200, "The place there is", typeof(Schemas.Place))],
            Problems =
            [
                Problem.Malformed, Problem.EnqueueTokenInvalid, Problem.UnknownSale, Problem.AlreadyBought, Problem.PlaceOfAnother,
                Problem.PlaceMoved, Problem.SaleEnded,
                Problem.TooLarge, Problem.UnsupportedMediaType, Problem.JoiningNotOpen, Problem.ChallengeRequired,
                Problem.SlowDown, Problem.Unavailable,
            ],
        },
        new("GET", "/sales/{sale}/ticket", "My place now. Ask again after nextPollMs.", Caller.Ticket)
        {
            Tag = Line,
            Answers = [new(200, "The place", typeof(Schemas.Place))],
            Problems = [Problem.TicketInvalid, Problem.UnknownSale, Problem.PlaceMoved, Problem.SlowDown, Problem.Unavailable],
        },
        new("DELETE", "/sales/{sale}/ticket", "Leave the line.", Caller.Ticket)
        {
            Tag = Line,
            Answers = [new(204, "Left; the same when repeated")],
            Problems = [Problem.TicketInvalid, Problem.UnknownSale, Problem.PlaceMoved, Problem.SlowDown, Problem.Unavailable],
        },
        new("PUT", "/sales/{sale}/ticket/push",
            "Ask to be called by Web Push while the page sleeps; 404 where nobody is called.", Caller.Ticket)
        {
            Tag = Line,
            Body = typeof(Schemas.PushSubscription),
            Answers = [new(204, "Kept, encrypted, until the call or the end of the sale")],
            Problems =
            [
                Problem.Malformed, Problem.TicketInvalid, Problem.UnknownSale, Problem.NotFound, Problem.PlaceMoved,
                Problem.NotWaiting, Problem.TooLarge, Problem.UnsupportedMediaType, Problem.SlowDown, Problem.Unavailable,
            ],
        },
        new("DELETE", "/sales/{sale}/ticket/push", "Be called no more.", Caller.Ticket)
        {
            Tag = Line,
            Answers = [new(204, "Forgotten; the same when repeated")],
            Problems =
            [
                Problem.TicketInvalid, Problem.UnknownSale, Problem.NotFound, Problem.PlaceMoved, Problem.SlowDown,
                Problem.Unavailable,
            ],
        },
        new("PUT", "/sales/{sale}/ticket/mail",
            "Ask to be called by e-mail while the page sleeps, in place of push; 404 where nobody is.", Caller.Ticket)
        {
            Tag = Line,
            Body = typeof(Schemas.MailAsked),
            Answers =
            [
                new(202, "A mail asks whether the address is the shopper's; nothing is kept before the click in it"),
                new(204, "The storefront vouches for it: kept, encrypted, until the call or the end of the sale"),
            ],
            Problems =
            [
                Problem.Malformed, Problem.ReturnUrlNotAllowed, Problem.TicketInvalid, Problem.EnqueueTokenInvalid,
                Problem.UnknownSale, Problem.NotFound, Problem.PlaceMoved, Problem.NotWaiting, Problem.TooLarge,
                Problem.UnsupportedMediaType, Problem.SlowDown, Problem.Unavailable,
            ],
        },
        new("DELETE", "/sales/{sale}/ticket/mail", "Be called no more.", Caller.Ticket)
        {
            Tag = Line,
            Answers = [new(204, "Forgotten; the same when repeated")],
            Problems =
            [
                Problem.TicketInvalid, Problem.UnknownSale, Problem.NotFound, Problem.PlaceMoved, Problem.SlowDown,
                Problem.Unavailable,
            ],
        },
        new("GET", "/line/{sale}/mail", "Where a link in a mail leads: a page with a button. It spends nothing.")
        {
            Tag = Line,
            Inputs = [new("link", "Signed by the line.", Required: true)],
            Answers = [new(200, "A page"), new(410, "A page: the link was used, has run out, or is none")],
            Problems = [Problem.UnknownSale, Problem.NotFound, Problem.SlowDown],
        },
        new("POST", "/line/{sale}/mail", "The button: confirms the address, or moves the place to this browser, once.")
        {
            Tag = Line,
            Inputs = [new("link", "Signed by the line.", Required: true)],
            Answers =
            [
                new(200, "A page: the address is confirmed"), new(303, "To the waiting page, with the ticket"),
                new(410, "A page: the link was used, has run out, or is none"),
            ],
            Problems = [Problem.Malformed, Problem.UnknownSale, Problem.NotFound, Problem.SlowDown, Problem.Unavailable],
        },
        new("POST", "/sales/{sale}/admission", "My turn: exchange the ticket for the admission token.", Caller.Ticket)
        {
            Tag = Line,
            Body = typeof(Schemas.ClaimRequest),
            Answers = [new(200, "The admission; the same one when repeated", typeof(Schemas.Admission))],
            Problems =
            [
                Problem.ReturnUrlNotAllowed, Problem.TicketInvalid, Problem.UnknownSale, Problem.NotYourTurn, Problem.PlaceMoved,
                Problem.AdmissionMissed, Problem.SlowDown, Problem.Unavailable,
            ],
        },
        new("GET", "/line/{sale}", "The waiting page.")
        {
            Tag = Line,
            Inputs = [.. s_returnUrl, new("enqueueToken", "The storefront's word for who the shopper is.")],
            Answers = [new(200, "A page")],
            Problems = [Problem.ReturnUrlNotAllowed, Problem.UnknownSale, Problem.SlowDown],
        },
        new("POST", "/line/{sale}", "The waiting page's form, for a browser without script.")
        {
            Tag = Line,
            Inputs = s_returnUrl,
            Answers = [new(200, "A page"), new(303, "To the page, or on with the admission")],
            Problems = [Problem.ReturnUrlNotAllowed, Problem.UnknownSale, Problem.SlowDown],
        },
        new("GET", "/gate/verify", "For other proxies (nginx's auth_request): is the admission valid? "
            + "/gate/verify/{sale}/… answers Envoy's ext_authz the same, by 200.", Caller.Admission)
        {
            Tag = Gate,
            Inputs = [new("sale", "The sale.", Required: true), .. s_returnUrl,
                new("X-Original-URI", "The return URL, for a proxy that can't encode it.", IsHeader: true)],
            Answers = [new(204, "It is; X-FlashSale-Shopper, -Admission and -Sale say whose")],
            Problems = [Problem.AdmissionRequired, Problem.WrongSale, Problem.UnknownSale, Problem.Unavailable],
        },
        new("GET", "/.well-known/jwks.json", "The public keys of the admission tokens.")
        {
            Tag = Keys, Answers = [new(200, "A JWK set")], Problems = [Problem.Unavailable],
        },
        new("GET", "/waitingroom.js", "The browser snippet, an ES module.") { Tag = Keys, Answers = [new(200, "The script")] },
        new("GET", "/waitingroom-work.js", "The worker that solves challenges.") { Tag = Keys, Answers = [new(200, "The script")] },
        new("GET", "/attention.js", "What the waiting page loads once its shopper asks to be noticed.")
        {
            Tag = Line, Inputs = [new("lang", "The page's language.")], Answers = [new(200, "The script")],
            Problems = [Problem.SlowDown],
        },
        new("GET", "/called-worker.js", "The waiting page's service worker, where shoppers can be called.")
        {
            Tag = Line, Answers = [new(200, "The script")], Problems = [Problem.NotFound, Problem.SlowDown],
        },
        new("GET", "/called.webmanifest",
            "Lets the waiting page be put on a phone's home screen, where shoppers can be called.")
        {
            Tag = Line, Inputs = [new("start", "The page's address, from /line/ on.", Required: true)],
            Answers = [new(200, "A manifest")], Problems = [Problem.Malformed, Problem.NotFound, Problem.SlowDown],
        },
        new("GET", "/waitingroom.js.sri", "Its integrity, sha384-….") { Tag = Keys, Answers = [new(200, "A text")] },
        new("GET", "/health/live", "The process is up.") { Tag = "Health", Answers = [new(200, "It is")] },
        new("GET", "/health/ready", "It can serve.")
        {
            Tag = "Health", Answers = [new(200, "It can"), new(503, "What is missing")],
        },
    ];
}
