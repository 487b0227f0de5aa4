using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;

using FlashSale.Admission;
using FlashSale.Tests.Checkout;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FlashSale.Tests.Gateway;

/// <summary>What a verifier gets when it fetches the keys, in virtual time.</summary>
internal sealed class PublishedKeys : HttpMessageHandler
{
    /// <summary>A document of another key alone.</summary>
    public static string Another
    {
        get
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var point = key.ExportParameters(includePrivateParameters: false).Q;
            var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
            return $$"""{"keys":[{"kty":"EC","crv":"P-256","kid":"another","use":"sig","x":"{{x}}","y":"{{y}}"}]}""";
        }
    }

    public PublishedKeys(string jwks)
    {
        Jwks = jwks;
        var http = new HttpClient(this) { BaseAddress = new Uri("http://waitingroom/") };
        var keys = new AdmissionKeys(http, "jwks.json", Clock, NullLogger<AdmissionKeys>.Instance);
        Verifier = new AdmissionVerifier(keys, "flashsale", ["demo"], Clock);
    }

    /// <summary>The document; null while nobody answers.</summary>
    public string? Jwks { get; set; }

    public int Fetches { get; private set; }

    /// <summary>The answer comes when this has ended.</summary>
    public Task Before { get; set; } = Task.CompletedTask;

    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public AdmissionVerifier Verifier { get; }

    /// <summary>Those of the source.</summary>
    public static async Task<PublishedKeys> OfAsync(TokenSource source)
    {
        using var http = new HttpClient();
        return new PublishedKeys(await http.GetStringAsync(new Uri(source.JwksUrl)));
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Fetches++;
        await Before.WaitAsync(cancellationToken);
        return Jwks is { } jwks
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(jwks) }
            : throw new HttpRequestException("nobody answers");
    }
}
