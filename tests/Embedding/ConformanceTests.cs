using FlashSale.Conformance;
using FlashSale.LoadTest.Clients;
using FlashSale.Local;
using FlashSale.Local.Processes;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Embedding;

public sealed class ConformanceTests
{
    private const string Sale = "xphone";

    /// <summary>Starting everything, and the first sale's 20 s.</summary>
    private static readonly TimeSpan s_readyWithin = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_built_in_shop_and_both_samples_conform()
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-conformance-");
        var data = new DataFolder(Path.Combine(folder.FullName, "data"));
        var port = FreePort.Next();
        await using (var up = await UpAsync(data, port))
        {
            var state = await ReadyAsync(up, data);
            var shops = state.Samples!.Select(sample => sample.ProtectedUrl).Prepend($"{state.Edges[0].Url}/shop/{Sale}/cart");

            foreach (var shop in shops)
            {
                var results = await ConformanceRun.RunAsync(new Uri(shop), Sale, new Installation(data.Path), ConformanceRun.Crowd, Cancel);
                // Only how often the keys are fetched does this edge not count.
                var open = results.Where(result => result.Outcome != CheckOutcome.Pass).ToArray();
                Assert.True(open is [{ Outcome: CheckOutcome.Skipped }], $"{shop}\n{string.Join('\n', open.AsEnumerable())}");
                Assert.Equal(ConformanceRun.Names, results.Select(result => result.Name));
            }

            using var operators = new OperatorClient(state.Edges[0].Url, state.AdminKey);
            var audit = await operators.AuditAsync(Sale, Cancel);
            Assert.True(audit.Ok, string.Join('\n', audit.Violations));
            await up.StopAsync(TimeSpan.FromSeconds(30));
        }

        folder.Delete(recursive: true);
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
            using var browser = new ShopBrowser(sample.Url);
            var token = edge.Token(TimeProvider.System.GetUtcNow(), null, $"{action}-{sample.Url.Port}", sample.Url.Port + action.Length);
            await browser.GoAsync($"/buy?admission={token}");
            await browser.GoAsync("/buy");
            Assert.Contains(words, await (await browser.SendAsync(HttpMethod.Post, action)).TextAsync(), StringComparison.Ordinal);
            // Who gave the unit back has no visit any more, and may join the line again.
            Assert.Equal(words == "released" ? 302 : 200, (int)(await browser.GoAsync("/buy")).StatusCode);
        }
    }

    [Fact]
    public async Task A_storefront_without_a_gate_fails_the_conformance_check()
    {
        await using var shop = await Shop.OpenAsync();
        var results = await ConformanceRun.RunAsync(shop.Url, Sale, null, crowd: 2, Cancel);
        Assert.Contains(results, result => result.Outcome == CheckOutcome.Fail);
    }

    // `./flashsale up --with-samples` on the tests' servers. Keys sign soon after they are published, to rotate in seconds.
    private static async Task<ChildProcess> UpAsync(DataFolder data, int port)
    {
        string[] command = [Repository.Command, "up", "--with-samples"];
        return await ChildProcess.StartAsync(new ChildStart(
            Repository.DotNet, [.. command, "--data", data.Path, "--port", $"{port}"], data.Path + "-up.log",
            new Dictionary<string, string>
            {
                ["FLASHSALE_MYSQL"] = await TestMariaDb.CreateDatabaseAsync(),
                ["FLASHSALE_REDIS"] = TestRedis.CreateDatabase(),
                ["Admission__PublishedBeforeSigning"] = "00:00:03",
            }));
    }

    private static async Task<SystemState> ReadyAsync(ChildProcess up, DataFolder data)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(s_readyWithin);
        while (true)
        {
            if (await SystemState.ReadAsync(data, patience.Token) is { } state) return state;
            if (up.HasExited) Assert.Fail(up.LogTail());
            await Task.Delay(s_look, patience.Token);
        }
    }
}
