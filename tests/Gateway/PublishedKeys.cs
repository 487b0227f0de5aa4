using System.Net;

using FlashSale.Admission;
using FlashSale.Tests.Checkout;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FlashSale.Tests.Gateway;

/// <summary>What a verifier gets when it fetches the keys, in virtual time.</summary>
internal sealed class PublishedKeys : HttpMessageHandler
{
    public const string None = """{"keys":[]}""";

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
