using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Gateway;

public sealed class TlsTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_edge_with_a_certificate_speaks_HTTP_2_and_its_cookies_are_Secure()
    {
        var sale = await edge.SaleAsync();
        var pem = Path.Combine(Path.GetTempPath(), Unique.Name("edge"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        await File.WriteAllTextAsync(pem + ".crt", certificate.ExportCertificatePem(), Cancel);
        await File.WriteAllTextAsync(pem + ".key", key.ExportPkcs8PrivateKeyPem(), Cancel);
        try
        {
            var (_, url) = await edge.StartEdgeAsync(
                "--Kestrel:Endpoints:Https:Url=https://127.0.0.1:0", $"--Kestrel:Endpoints:Https:Certificate:Path={pem}.crt",
                $"--Kestrel:Endpoints:Https:Certificate:KeyPath={pem}.key");
            using var client = new HttpClient(new SocketsHttpHandler
            {
                SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) =>
                    shown!.GetCertHashString() == certificate.GetCertHashString() },
            })
            { BaseAddress = url, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
            HttpResponseMessage joined = null!;
            await WaitFor.TrueAsync(async () =>
                (joined = await client.PostAsync($"/sales/{sale.Id}/ticket", null, Cancel)).StatusCode == HttpStatusCode.Created, "it joins");
            Assert.Equal(HttpVersion.Version20, joined.Version);
            Assert.All(joined.Headers.GetValues("Set-Cookie"),
                cookie => Assert.Contains("; secure;", cookie, StringComparison.OrdinalIgnoreCase));
        }
        finally
        {
            File.Delete(pem + ".crt");
            File.Delete(pem + ".key");
        }
    }
}
