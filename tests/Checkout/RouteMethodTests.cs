using System.Net.Http.Headers;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace FlashSale.Tests.Checkout;

/// <summary>HEAD and OPTIONS of every route of a checkout.</summary>
public sealed class RouteMethodTests(CheckoutFixture fixture) : IClassFixture<CheckoutFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_with_get_has_head_and_every_route_options()
    {
        var sale = await fixture.Host.SaleAsync();
        var (reservation, _) = await fixture.Host.HeldAsync(sale, 1);
        var tried = 0;
        foreach (var route in fixture.Host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var methods = route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
            var path = "/" + route.RoutePattern.RawText!.TrimStart('/').Replace("{sale}", sale, StringComparison.Ordinal)
                .Replace("{id}", route.RoutePattern.RawText.Contains("reservations", StringComparison.Ordinal) ? reservation : "demo",
                    StringComparison.Ordinal);
            if (path.Contains('{', StringComparison.Ordinal) || methods.Count == 0) continue;
            tried++;
            using var options = await SendAsync(HttpMethod.Options, path);
            Assert.Equal((path, 204), (path, (int)options.StatusCode));
            Assert.Superset(methods.Append("OPTIONS").ToHashSet(), options.Content.Headers.Allow.ToHashSet());
            if (!methods.Contains("GET")) continue;
            using var head = await SendAsync(HttpMethod.Head, path);
            using var get = await SendAsync(HttpMethod.Get, path);
            Assert.Equal((path, get.StatusCode), (path, head.StatusCode));
            Assert.Equal(get.Content.Headers.ContentType?.MediaType, head.Content.Headers.ContentType?.MediaType);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancel));
            Assert.Contains("HEAD", options.Content.Headers.Allow);
        }
        Assert.True(tried > 20, $"only {tried} routes");
        Assert.Equal(404, (await fixture.Host.SendAsync(HttpMethod.Options, "/nothing")).Status);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", CheckoutHost.AdminKey);
        return await fixture.Host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }
}
