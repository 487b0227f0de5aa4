using System.Net.Sockets;
using System.Text;

using FlashSale.Gateway.Edge;

using Xunit;

namespace FlashSale.Tests.Gateway;

public sealed class RequestTargetTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/sales/x/ticket?a=%2f..//")]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/a%20b/%C3%A9.html")]
    [InlineData("http://h.example/shop/x")]
    [InlineData("*")]
    [InlineData("//x")]
    [InlineData("/a;b=c")]
    [InlineData("/a%2fb")]
    [InlineData("/%72eservations/x")]
    [InlineData("/50%25-off/100%2520percent/Inc./%7Eme")]
    public void A_plain_target_passes(string target) => Assert.True(RequestTargets.IsPlain(target));

    [Theory]
    [InlineData("/a/../b")]
    [InlineData("/a/./b")]
    [InlineData("/a/..")]
    [InlineData("/a\\b")]
    [InlineData("/%2e%2e/a")]
    [InlineData("/a%5Cb")]
    [InlineData("/a%252fb")]
    [InlineData("/a%252e%252e/b")]
    [InlineData("/a%2525")]
    [InlineData("/a/..;x=y/b")]
    [InlineData("/a/.%2e;/b")]
    [InlineData("/a%2f..%2fb")]
    [InlineData("/a/.../b")]
    [InlineData("/a%00")]
    [InlineData("/a#b")]
    [InlineData("/a?b#c")]
    [InlineData("/a%0d%0a")]
    [InlineData("/a%")]
    [InlineData("/a%zz")]
    [InlineData("/%c0%af")]
    [InlineData("http://h.example/a/../b")]
    public void An_ambiguous_target_is_refused(string target) => Assert.False(RequestTargets.IsPlain(target));

    [Theory]
    [InlineData("/shop/x", "/shop/x")]
    [InlineData("/shop//x/", "/shop/x/")]
    [InlineData("//shop/x;a=b/;c/cart;jsessionid=1", "/shop/x/cart")]
    [InlineData("/shop%2Fx%2f", "/shop/x/")]
    [InlineData("/shop./x. ./a.css", "/shop/x/a.css")]
    [InlineData("/;", "/")]
    public void A_path_is_read_as_the_most_lenient_server_would(string path, string reading) =>
        Assert.Equal(reading, RequestTargets.Reading(path));

    [Theory]
    [InlineData("GET /reservations/{0}")]
    [InlineData("GET /RESERVATIONS/{0}")]
    [InlineData("GET /reservations/{0}/")]
    [InlineData("GET /reservations//{0}")]
    [InlineData("GET //reservations/{0}")]
    [InlineData("GET /shop/../reservations/{0}")]
    [InlineData("GET /shop/%2e%2e/reservations/{0}")]
    [InlineData("GET /shop/%252e%252e/reservations/{0}")]
    [InlineData("GET /shop%2f..%2freservations/{0}")]
    [InlineData("GET /shop/..%5creservations/{0}")]
    [InlineData("GET /reservations./{0}")]
    [InlineData("GET /reservations;a/{0}")]
    [InlineData("GET /reservations%2F{0}")]
    [InlineData("GET /;x/reservations/{0};y")]
    [InlineData("GET /%2Fshop/{1}/cart.")]
    [InlineData("GET /shop/{1}/cart;jsessionid=1")]
    [InlineData("GET /shop/{1}%2fcart/x")]
    [InlineData("GET /shop/{1}/c%61rt")]
    [InlineData("GET /%72eservations/{0}")]
    [InlineData("GET http://checkout/reservations/{0}")]
    [InlineData("GET http://checkout/shop/../reservations/{0}")]
    [InlineData("POST /sales/{1}/reservations")]
    [InlineData("POST /SALES/{1}/Reservations")]
    [InlineData("POST /sales/{1}/reservations/")]
    [InlineData("GET /shop/{1}/cart")]
    [InlineData("GET /shop/{1}/CART/x")]
    [InlineData("GET /internal/catalog")]
    [InlineData("GET /shop/../internal/catalog")]
    [InlineData("GET /admin/sales")]
    public async Task No_spelling_of_a_guarded_path_reaches_the_checkout_unadmitted(string line)
    {
        var sale = await edge.SaleAsync();
        var reservation = $"{sale.Id}_{new string('a', 32)}";
        var before = edge.Checkout.Reached.Count;
        var answer = await SendAsync(string.Format(null, CompositeFormat.Parse(line), reservation, sale.Id));
        Assert.Matches("^HTTP/1.1 (400|401|404) ", answer);
        Assert.Equal(before, edge.Checkout.Reached.Count);
    }

    /// <summary>A request as it is written, for what HTTP clients would tidy up.</summary>
    private async Task<string> SendAsync(string line)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(edge.Url.Host, edge.Url.Port);
        var host = line.Contains("://", StringComparison.Ordinal) ? "checkout" : edge.Url.Authority;
        var request = $"{line} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync();
    }
}
