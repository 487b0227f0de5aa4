using System.ComponentModel.DataAnnotations;
using System.Net;

using MailKit.Security;

using MimeKit;

namespace FlashSale.Gateway.Called.ByMail;

/// <summary>
/// How shoppers are called by e-mail; section <c>Called:Mail</c>. The same for every edge. It needs <c>Called:Keys</c>
/// and <c>Gateway:PublicOrigin</c>.
/// </summary>
public sealed class MailOptions : IValidatableObject
{
    public const string Section = "Called:Mail";

    /// <summary>SMTP that begins with TLS; other ports change to it by STARTTLS.</summary>
    private const int TlsPort = 465;

    /// <summary>The mail server (SMTP) that takes our mails. Null: nobody is called by e-mail.</summary>
    public string? Host { get; set; }

    /// <summary>
    /// Default 587. With 465 the connection begins with TLS, with all others it changes to it (STARTTLS); without TLS only
    /// a server on this machine is sent to.
    /// </summary>
    [Range(1, 65535)] public int Port { get; set; } = 587;

    /// <summary>Whom we log in as; null where the server asks nobody.</summary>
    public string? User { get; set; }

    /// <summary>Their password. A secret.</summary>
    public string? Password { get; set; }

    /// <summary>Who the mails are from: <c>Shop &lt;line@shop.example&gt;</c>.</summary>
    public string? From { get; set; }

    /// <summary>Connections of an edge to the mail server. Default 4.</summary>
    [Range(1, 100)] public int Connections { get; set; } = 4;

    /// <summary>
    /// Mails a day, to one address, that ask whether it is the shopper's who gave it, over all sales. Default 3.
    /// </summary>
    [Range(1, 1000)] public int AsksPerAddress { get; set; } = 3;

    /// <summary>
    /// Such mails an hour that one network (an IPv4 /24, an IPv6 /56) may cause. Default 100; a carrier has many shoppers
    /// in one.
    /// </summary>
    [Range(1, 1_000_000)] public int AsksPerNetwork { get; set; } = 100;

    public bool IsOn => !string.IsNullOrEmpty(Host);

    /// <summary>TLS with a certificate that is trusted; it may be missing only where no network is in between.</summary>
    public SecureSocketOptions Tls => Port == TlsPort ? SecureSocketOptions.SslOnConnect
        : IsHere ? SecureSocketOptions.StartTlsWhenAvailable : SecureSocketOptions.StartTls;

    private bool IsHere => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsOn) yield break;
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown) yield return Wrong(nameof(Host), "a name or an IP address");
        if (!MailboxAddress.TryParse(From, out var from) || !MailRecipient.IsAddress(from.Address))
            yield return Wrong(nameof(From), "an e-mail address, with or without a name");
        if ((User is null) != (Password is null)) yield return Wrong(nameof(Password), "set together with User");
    }

    private static ValidationResult Wrong(string key, string must) => new($"{Section}:{key} must be {must}", [key]);
}
