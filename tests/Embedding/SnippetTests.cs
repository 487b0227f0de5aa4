using System.Diagnostics;
using System.Security.Cryptography;

using FlashSale.Gateway.Snippet;
using FlashSale.Local;
using FlashSale.Local.Processes;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

using Xunit;

namespace FlashSale.Tests.Embedding;

public sealed class SnippetTests
{
    [Fact]
    public async Task The_snippet_keeps_its_promises_in_a_tab()
    {
        var start = new ProcessStartInfo("node", ["--test", Path.Combine(Repository.Root, "tests/Embedding/snippet.test.mjs")]);
        var node = await Tool.RunAsync(start, cancel: TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, node.Output);
    }

    [Fact]
    public async Task The_published_integrity_is_that_of_the_served_script()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        SnippetRoutes.Map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        var script = await http.GetAsync(SnippetRoutes.Path, TestContext.Current.CancellationToken);
        var bytes = await script.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal("text/javascript", script.Content.Headers.ContentType!.MediaType);
        Assert.Equal("*", script.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(
            "sha384-" + Convert.ToBase64String(SHA384.HashData(bytes)),
            await http.GetStringAsync(SnippetRoutes.Path + ".sri", TestContext.Current.CancellationToken));
        Assert.True(bytes.Length < 8 * 1024, $"{bytes.Length} bytes");
    }
}
