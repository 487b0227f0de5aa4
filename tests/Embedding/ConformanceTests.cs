using System.Diagnostics;

using FlashSale.Command.Conformance;

using Xunit;

namespace FlashSale.Tests.Embedding;

public sealed class ConformanceTests
{
    [Fact]
    public async Task The_aspnetcore_sample_conforms()
    {
        await using var edge = await FakeEdge.StartAsync();
        await using var sample = await SampleProcess.AspNetCoreAsync(edge.Url);
        await AssertConformsAsync(edge, sample);
    }

    [Fact]
    public async Task The_node_sample_conforms()
    {
        await using var edge = await FakeEdge.StartAsync();
        await using var sample = await SampleProcess.NodeAsync(edge.Url);
        await AssertConformsAsync(edge, sample);
    }

    [Fact]
    public async Task Both_samples_confirm_and_give_back_server_to_server()
    {
        await using var edge = await FakeEdge.StartAsync();
        await using var first = await SampleProcess.AspNetCoreAsync(edge.Url);
        await using var second = await SampleProcess.NodeAsync(edge.Url);
        foreach (var (sample, action, words) in new[]
            { (first, "/pay", "sold"), (first, "/give-back", "released"), (second, "/pay", "sold"), (second, "/give-back", "released") })
        {
            using var browser = new Browser(sample.Url);
            var token = edge.Token(TimeProvider.System.GetUtcNow(), null, $"{action}-{sample.Url.Port}", sample.Url.Port + action.Length);
            await browser.GoAsync($"/buy?admission={token}");
            await browser.GoAsync("/buy");
            Assert.Contains(words, await (await browser.SendAsync(HttpMethod.Post, action)).TextAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_storefront_without_a_gate_fails_the_conformance_check()
    {
        await using var shop = await Shop.OpenAsync();
        var results = await ConformanceRun.RunAsync(
            shop.Url, "xphone", null, crowd: 2, TestContext.Current.CancellationToken);
        Assert.Contains(results, result => result.Verdict == Verdict.Fail);
    }

    private static async Task AssertConformsAsync(FakeEdge edge, SampleProcess sample)
    {
        var data = Directory.CreateTempSubdirectory("flashsale-conformance-").FullName;
        using var paused = Process.Start("sleep", ["600"]);
        try
        {
            edge.WriteData(data, paused.Id);
            var results = await ConformanceRun.RunAsync(
                sample.Protected, "xphone", data, ConformanceRun.Crowd, TestContext.Current.CancellationToken);
            Assert.True(results.All(result => result.Verdict == Verdict.Pass), string.Join('\n', results) + '\n' + sample.Said);
            Assert.True(results.Count >= 24, $"{results.Count} checks");
        }
        finally
        {
            paused.Kill();
            Directory.Delete(data, recursive: true);
        }
    }
}
