using System.Net.Http.Headers;
using System.Text;

using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.EndToEnd;

/// <summary>What browsers and proxies put into headers is bytes, and shuts no page and no route of any service.</summary>
public sealed class HeaderBytesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Cookie", "city=M\u00c3\u00bcnchen")]
    [InlineData("Cookie", "city=M\u00fcnchen")]
    [InlineData("Referer", "https://m\u00c3\u00bcller.example/\u00ff")]
    [InlineData("User-Agent", "J\u00fcrgens Browser")]
    [InlineData("X-Anything", "\u0085\u00fe")]
    public async Task A_header_in_other_letters_changes_no_answer(string name, string value)
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync();
        using var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        });
        foreach (var (method, path) in new[]
        {
            ("GET", "/"), ("GET", $"/shop/{sale}"), ("GET", $"/shop/{sale}/cart"), ("GET", $"/line/{sale}?cookies=1"), ("GET", $"/sales/{sale}"),
            ("GET", $"/reservations/{sale}_{new string('0', 32)}"), ("GET", "/admin/"), ("GET", "/admin/me"), ("POST", "/admin/keys/none/revoke"),
            ("GET", "/.well-known/jwks.json"), ("GET", "/health/ready"),
        })
            Assert.Equal((path, await StatusAsync(method, path, plain: true)), (path, await StatusAsync(method, path, plain: false)));

        async Task<int> StatusAsync(string method, string path, bool plain)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(system.Edge.BaseAddress!, path));
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", system.Secrets.AdminKey);
            if (!plain) request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await client.SendAsync(request, Cancel);
            return (int)answer.StatusCode;
        }
    }
}
