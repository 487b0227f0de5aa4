using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;
using FlashSale.Gateway.Edge;
using FlashSale.Pages;
using FlashSale.Queue;

using Microsoft.Extensions.Options;

using MimeKit;

namespace FlashSale.Gateway.Called.ByMail;

/// <summary>The mails, in the shopper's language.</summary>
public sealed class MailWriter(IOptions<MailOptions> options, IOptions<GatewayOptions> edge, PlaceLinks links)
{
    private static readonly IReadOnlyDictionary<string, Texts> s_texts =
        Texts.Read(typeof(MailWriter).Assembly, "called");

    private readonly MailboxAddress _from = MailboxAddress.Parse(options.Value.From!);

    /// <summary>What the pages of links say, too.</summary>
    public static Texts TextsIn(string language) => s_texts.GetValueOrDefault(language) ?? s_texts[Language.English.Code];

    /// <summary>Calls the shopper, with a link that takes the place along.</summary>
    /// <param name="moves">How often the place has moved.</param>
    public MimeMessage Call(Sale sale, DueCall call, MailRecipient to, byte moves)
    {
        var (texts, what) = (TextsIn(to.Language), CalledMetrics.Name(call.Reason));
        var until = DateTimeOffset.FromUnixTimeSeconds(call.RedeemBy).ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture);
        var goal = Encoding.UTF8.GetBytes($"{to.Shopper.Value}\n{to.ReturnUrl}");
        var link = Link(sale, PlaceLinkKind.Move, call.Place, moves, to, goal);
        var message = Message(sale, to, texts[$"called.{what}"],
            Filled(texts[$"called.{what}text"], ("time", until)), link, texts["mail.link"],
            Filled(texts["mail.foot"], ("name", sale.Name)));
        message.MessageId = Id(Encoding.ASCII.GetBytes($"{sale.Id.Value} {LineKeys.Field(call.Place)} {what}"));
        return message;
    }

    /// <summary>Asks whoever has the address whether they are the shopper who gave it.</summary>
    /// <param name="ticket">Theirs.</param>
    /// <param name="how">The same recipient, sealed for the place.</param>
    public MimeMessage Confirm(Sale sale, Ticket ticket, MailRecipient to, ReadOnlyMemory<byte> how)
    {
        var texts = TextsIn(to.Language);
        var link = Link(sale, PlaceLinkKind.Confirm, ticket.Place, ticket.Moves, to, how.Span);
        var message = Message(
            sale, to, texts["mail.confirm"], Filled(texts["mail.confirmtext"], ("name", sale.Name)), link);
        message.MessageId = Id(how.Span);
        return message;
    }

    /// <summary>The same when a mail is sent once more, for whoever shows one of the two.</summary>
    private string Id(ReadOnlySpan<byte> what) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(what).AsSpan(0, 16))}@{_from.Domain}";

    private string Link(
        Sale sale, PlaceLinkKind kind, Place place, byte moves, MailRecipient to, ReadOnlySpan<byte> text) =>
        $"{edge.Value.PublicOrigin!.TrimEnd('/')}/line/{sale.Id.Value}/mail?{Language.Parameter}={to.Language}"
        + $"&{PlaceLinks.Parameter}={links.Sign(sale.Id, kind, place, moves, text)}";

    private MimeMessage Message(Sale sale, MailRecipient to, string subject, params string[] parts)
    {
        var message = new MimeMessage();
        message.From.Add(_from);
        message.To.Add(MailboxAddress.Parse(to.Address));
        message.Subject = $"{subject} · {sale.Name}";
        // No answer by a machine, please (RFC 3834).
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add(HeaderId.ContentLanguage, to.Language);
        message.Body = new TextPart("plain") { Text = string.Join("\n\n", parts) + "\n" };
        return message;
    }

    /// <summary>A text with its values in place.</summary>
    public static string Filled(string text, params (string Name, string Value)[] values) => values.Aggregate(
        text, (filled, one) => filled.Replace($"{{{one.Name}}}", one.Value, StringComparison.Ordinal));
}
