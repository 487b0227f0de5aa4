using FlashSale.Checkout.Docs;
using FlashSale.Contract;
using FlashSale.Gateway.Docs;
using FlashSale.Local;
using FlashSale.Pages.OpenApi;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Xunit;

namespace FlashSale.Tests.Embedding;

public sealed class OpenApiTests
{
    /// <summary>FLASHSALE_WRITE_OPENAPI=1 ./flashsale test OpenApi writes them anew.</summary>
    [Theory]
    [InlineData("edge")]
    [InlineData("checkout")]
    [InlineData("operators")]
    public async Task The_committed_document_is_the_generated_one(string name)
    {
        var generated = await GenerateAsync(name);
        var file = Path.Combine(Repository.Root, "docs/openapi", name + ".json");
        if (Environment.GetEnvironmentVariable("FLASHSALE_WRITE_OPENAPI") == "1") await File.WriteAllTextAsync(file, generated);

        Assert.Equal(await File.ReadAllTextAsync(file), generated);
    }

    [Fact]
    public void Every_problem_of_the_contract_is_described_somewhere()
    {
        var described = EdgeDescription.Routes.Concat(CheckoutDescription.Routes).Concat(OperatorDescription.Routes)
            .SelectMany(route => route.Problems).Distinct();
        Assert.Empty(Problem.All.Except(described));
    }

    [Fact]
    public async Task Every_mapped_route_is_described_and_every_described_one_is_mapped()
    {
        var system = await TestSystem.SharedAsync();
        string[] elsewhere = ["/", "/shop", "/assets", "/internal", "/health", "/openapi", "/docs", "/metrics", "/admin",
            "/admin/assets"];
        var checkout = CheckoutDescription.Routes.Concat(OperatorDescription.Routes)
            .Where(route => !route.Path.StartsWith("/admin/keys/", StringComparison.Ordinal)); // the waiting room's
        AssertSame(Mapped(system, "checkout"), checkout, elsewhere);
        AssertSame(Mapped(system, "gateway"), EdgeDescription.Routes,
            ["/openapi", "/docs", "/metrics", "/scalar", "/shop", "/assets", "/reservations", "/payments", "/admin", "/admin/",
                "/favicon.ico", "/sales/{sale}/reservations", "{**path}"]);
    }

    private static void AssertSame(
        IEnumerable<string> mapped, IEnumerable<RouteDescription> described, string[] elsewhere)
    {
        var known = described.Select(route => $"{route.Method} {route.Path}").ToHashSet();
        var there = mapped.ToHashSet();
        Assert.Empty(known.Except(there));
        var left = there.Except(known).Where(route => !elsewhere.Any(path => path is "/" or "/admin"
            ? route.EndsWith($" {path}", StringComparison.Ordinal)
            : route.Split(' ')[1].StartsWith(path, StringComparison.Ordinal))).ToList();
        Assert.True(left.Count == 0, string.Join(", ", left));
    }

    private static IEnumerable<string> Mapped(TestSystem system, string service) => system.Endpoints(service)
        .OfType<RouteEndpoint>()
        .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
            .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}"));

    private static async Task<string> GenerateAsync(string name)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(options => Wire.Configure(options.SerializerOptions));
        builder.Services.AddDescribedOpenApi(EdgeDescription.Document, "FlashSale: the edge", EdgeDescription.Routes);
        DocsRegistration.AddDocs(builder.Services);
        await using var app = builder.Build();
        app.MapOpenApi();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var text = await http.GetStringAsync($"/openapi/{name}.json", TestContext.Current.CancellationToken);
        return text.ReplaceLineEndings("\n").TrimEnd() + "\n";
    }
}
