using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called;

/// <summary>Gives a message to a push service (RFC 8030), encrypted for the browser.</summary>
public sealed partial class PushClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly Vapid _vapid;
    private readonly ILogger<PushClient> _log;

    public PushClient(PushServices services, Vapid vapid, IOptions<CalledOptions> options, ILogger<PushClient> log)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        (_vapid, _log) = (vapid, log);
        var timeout = TimeSpan.FromSeconds(options.Value.TimeoutSeconds);
        _http = new HttpClient(services.Handler(timeout))
        {
            Timeout = timeout,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            MaxResponseContentBufferSize = 64 * 1024,
        };
    }

    public void Dispose() => _http.Dispose();

    /// <param name="ttlSeconds">How long the push service keeps it for a phone that is off.</param>
    /// <param name="topic">It takes the place of an earlier message of this topic that the phone has not been given.</param>
    public async Task<SendOutcome> SendAsync(Subscription to, ReadOnlyMemory<byte> message, int ttlSeconds, string topic)
    {
        ArgumentNullException.ThrowIfNull(to);
        var endpoint = new Uri(to.Endpoint);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
            {
                Version = _http.DefaultRequestVersion,
                VersionPolicy = _http.DefaultVersionPolicy,
                Content = new ByteArrayContent(PushCipher.Encrypt(message.Span, to)),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            request.Content.Headers.ContentEncoding.Add("aes128gcm");
            request.Headers.TryAddWithoutValidation("Authorization", _vapid.Header(endpoint));
            request.Headers.Add("TTL", ttlSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
            request.Headers.Add("Urgency", "high");
            request.Headers.Add("Topic", topic);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead)
                .ConfigureAwait(false);
            var outcome = Outcome(answer.StatusCode);
            // Without the endpoint, which is a secret, and without the answer's words, which may have it.
            if (outcome == SendOutcome.Rejected) LogRejected(endpoint.Host, (int)answer.StatusCode);
            return outcome;
        }
        catch (CryptographicException)
        {
            return SendOutcome.Gone;
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            return SendOutcome.Refused;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            return SendOutcome.Failed;
        }
    }

    /// <summary>RFC 8030 (7.2, 7.3, 8.4), RFC 8292 (4.2), and what the browsers' services answer.</summary>
    private static SendOutcome Outcome(HttpStatusCode status) => status switch
    {
        >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => SendOutcome.Accepted,
        HttpStatusCode.NotFound or HttpStatusCode.Gone => SendOutcome.Gone,
        HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => SendOutcome.Refused,
        // Not now: by 406 Windows' service says what others say by 429.
        HttpStatusCode.NotAcceptable or HttpStatusCode.RequestTimeout or (HttpStatusCode)425 => SendOutcome.Refused,
        // Too large, or it does not believe that we are who the subscription was made for: by 400, 401 or 403, each service by
        // another one. That may be our fault (keys, contact, clock), so nobody's subscription is given up for it.
        _ => SendOutcome.Rejected,
    };

    [LoggerMessage(1507, LogLevel.Warning,
        "{Host} rejected a message to a shopper who is called, with {Status}", EventName = "PushRejected")]
    private partial void LogRejected(string host, int status);
}
