using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

using FlashSale.LoadTest.Clients;
using FlashSale.Local;
using FlashSale.Tests.Operate.Support;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Operate;

/// <summary>A rule or a panel over a metric that nobody exports would be silent for ever.</summary>
public sealed partial class MetricNameTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_metric_in_the_rules_and_the_dashboard_is_told_by_the_running_system()
    {
        await using var system = await TestSystem.StartAsync(scraped: true);
        await UseEverythingAsync(system);
        var named = await NamedAsync();
        Assert.NotEmpty(named);

        string[] missing = [];
        await Record.ExceptionAsync(() => WaitFor.TrueAsync(async () =>
        {
            var told = (await Scrape.OfAsync(system)).Samples.Select(sample => sample.Name).ToHashSet();
            missing = [.. named.Where(name => !told.Contains(name))];
            return missing.Length == 0;
        }, "everything is told"));
        Assert.Empty(missing);
    }

    [Fact]
    public async Task No_label_names_a_shopper_a_ticket_or_a_token()
    {
        await using var system = await TestSystem.StartAsync(scraped: true);
        await UseEverythingAsync(system);
        var labels = (await Scrape.OfAsync(system)).Samples
            .Where(sample => sample.Name.StartsWith("flashsale_", StringComparison.Ordinal))
            .SelectMany(sample => LabelNames().Matches(sample.Series).Select(match => match.Groups[1].Value));
        string[] allowed =
            ["job", "sale", "state", "outcome", "reason", "result", "source", "script", "verdict", "way", "le"];
        Assert.Empty(labels.Distinct().Except(allowed));
    }

    /// <summary>Each counter appears with its first count.</summary>
    private static async Task UseEverythingAsync(TestSystem system)
    {
        using var registering = new HttpRequestMessage(HttpMethod.Put, "/admin/storefronts/demo/webhook");
        registering.Headers.Authorization = new("Bearer", system.Secrets.AdminKey);
        registering.Content = JsonContent.Create(new { url = system.SimulatorUrl + "/nobody" });
        Assert.True((await system.Edge.SendAsync(registering, Cancel)).IsSuccessStatusCode);
        using var guessing = new HttpRequestMessage(HttpMethod.Get, "/admin/sales");
        guessing.Headers.Authorization = new("Bearer", "fso_wrong");
        Assert.Equal(401, (int)(await system.Edge.SendAsync(guessing, Cancel)).StatusCode);
        var sale = await system.SaleAsync();
        var buyer = system.Shopper(sale);
        await buyer.JoinsAsync();
        await buyer.BuysAsync();
        var stranger = new Shopper(system.Edge, sale) { EnqueueToken = "not.a.token" };
        Assert.Equal(401, (await stranger.JoinAsync(Cancel)).Status);
    }

    private static async Task<SortedSet<string>> NamedAsync()
    {
        var rules = await File.ReadAllTextAsync(Promtool.Rules, Cancel);
        var dashboard = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "deploy/grafana/flashsale.json"), Cancel);
        using var parsed = JsonDocument.Parse(dashboard);
        return [.. MetricNames().Matches(rules + Expressions(parsed.RootElement))
            .Select(match => match.Value)];
    }

    private static string Expressions(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => string.Concat(element.EnumerateObject().Select(property =>
            property is { Name: "expr" or "query", Value.ValueKind: JsonValueKind.String }
                ? property.Value.GetString() + "\n" : Expressions(property.Value))),
        JsonValueKind.Array => string.Concat(element.EnumerateArray().Select(Expressions)),
        _ => "",
    };

    [GeneratedRegex(@"\b(flashsale|http_server|dotnet)_[a-z0-9_]+(?=[\s{\[),]|$)", RegexOptions.Multiline)]
    private static partial Regex MetricNames();

    [GeneratedRegex("([a-z_]+)=\"")]
    private static partial Regex LabelNames();
}
