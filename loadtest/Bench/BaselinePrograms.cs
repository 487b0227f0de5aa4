using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Local;
using FlashSale.Local.Processes;
using FlashSale.Local.Servers;

namespace FlashSale.LoadTest.Bench;

/// <summary>
/// What we are measured against: the programs of loadtest/Baselines and loadtest/Redemptions, further edges and a database, as
/// children of the bench.
/// </summary>
public sealed class BaselinePrograms(DataFolder data, SystemState system, CancellationToken cancel)
{
    private const string Project = "loadtest/Baselines";
    private const string Assembly = "FlashSale.Baselines";

    /// <summary>As <c>up</c> sets them: the limiter runs, and one address's crowd does not meet it.</summary>
    private const string CrowdLimit = "1000000";
    private static readonly string[] s_limits =
    [
        "JoinsPerSecond", "JoinsBurst", "NetworkJoinsPerSecond", "ClaimsPerSecond", "ClaimsBurst", "OtherPerSecond", "OtherBurst",
    ];

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(20);

    private int _started;

    /// <summary>Kestrel answering every request with these bytes.</summary>
    public async Task<RunningProgram> BareAsync(SampleAnswer answer)
    {
        var body = Path.Combine(data.Path, $"baseline-{_started}.body");
        var headers = Path.Combine(data.Path, $"baseline-{_started}.headers");
        await File.WriteAllBytesAsync(body, answer.Body, cancel);
        await File.WriteAllLinesAsync(headers, answer.Headers.Select(header => $"{header.Name}: {header.Value}"), cancel);
        return await StartAsync(["bare", "--file", body, "--headers", headers, "--status", $"{answer.Status}"]);
    }

    /// <summary>YARP passing everything to an upstream.</summary>
    public Task<RunningProgram> ProxyAsync(Uri upstream) => StartAsync(["proxy", "--to", upstream.ToString()]);

    /// <summary>
    /// A second edge whose storefront is a trivial program, and that program: what the gate adds is measured on it.
    /// </summary>
    public async Task<(RunningProgram Edge, RunningProgram Upstream)> EdgeBeforeTrivialUpstreamAsync()
    {
        var upstream = await StartAsync(["upstream", "--to", system.Checkouts[0].Url]);
        return (await EdgeAsync("gateway-gate", upstream.Url.GetLeftPart(UriPartial.Authority)), upstream);
    }

    /// <summary>One more edge of the running system, which has seen nobody yet.</summary>
    public Task<RunningProgram> FreshEdgeAsync() => EdgeAsync("gateway-fresh", system.Checkouts[0].Url);

    /// <summary>A payment provider that costs next to nothing.</summary>
    public Task<RunningProgram> ProviderAsync() => StartAsync(["provider"]);

    /// <summary>A shop without a line.</summary>
    /// <param name="stock"><c>counter</c> or <c>skiplocked</c>.</param>
    public Task<RunningProgram> ShopAsync(string stock, Uri provider, string mySql) => StartAsync(
        ["shop", "--stock", stock, "--provider", provider.ToString()], new Dictionary<string, string> { ["SHOP_MYSQL"] = mySql });

    /// <summary>One more checkout of the running system, which takes payments at that provider.</summary>
    public Task<RunningProgram> CheckoutAsync(Uri provider, string mySql)
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        return ServiceAsync("checkout-purchase", "checkout/Service", "FlashSale.Checkout", url, secrets => new()
        {
            ["Service:Key"] = secrets.ServiceKey,
            ["Ledger:MySql"] = mySql,
            ["Checkout:WaitingRoomUrl"] = system.Waitingrooms[0].Url,
            ["Admission:Issuer"] = "flashsale",
            ["Admission:JwksUrl"] = system.Waitingrooms[0].Url + "/.well-known/jwks.json",
            ["Operators:AdminKeyHash"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secrets.AdminKey))),
            ["Payments:StripeApiBase"] = provider.GetLeftPart(UriPartial.Authority),
            ["Payments:StripeApiKey"] = secrets.StripeApiKey,
            ["Payments:WebhookSecret"] = secrets.WebhookSecret,
        });
    }

    /// <summary>One more edge, before that checkout.</summary>
    public Task<RunningProgram> EdgeBeforeAsync(Uri checkout) =>
        EdgeAsync("gateway-purchase", checkout.GetLeftPart(UriPartial.Authority));

    /// <summary>
    /// The ledger's redemptions beside two usual ways to take a unit, in a process and on a database server of their own.
    /// </summary>
    public async Task<IReadOnlyList<BenchResult>> RedemptionsAsync(BenchSize size)
    {
        var secrets = await Secrets.LoadAsync(data, cancel);
        await using var server = new PrivateMariaDb(new MariaDbSettings
        {
            Folder = Path.Combine(data.Path, "bench-mysql"),
            LogFile = data.LogOf("bench-mysql"),
            Port = FreePort.Next(),
            Password = secrets.MySqlPassword,
        });
        await server.StartAsync(cancel);
        var file = Path.Combine(data.Path, "redemptions.json");
        string[] arguments = [$"{size.Rounds}", string.Create(CultureInfo.InvariantCulture, $"{size.Round.TotalSeconds}"), file];
        await using var bench = await ChildProcess.StartAsync(new ChildStart(
            Repository.DotNet, [Repository.Program("loadtest/Redemptions", "FlashSale.Redemptions"), .. arguments],
            data.LogOf("redemptions"), new Dictionary<string, string> { ["REDEMPTIONS_MYSQL"] = server.ConnectionString }));
        await bench.Exited.WaitAsync(cancel);
        if (bench.ExitCode != 0) throw new CommandFailedException($"redemptions were not measured:\n{bench.LogTail()}");
        await server.StopAsync();
        return JsonSerializer.Deserialize<BenchResult[]>(await File.ReadAllTextAsync(file, cancel), Wire.Json)!;
    }

    private Task<RunningProgram> EdgeAsync(string name, string checkout) =>
        ServiceAsync(name, "gateway", "FlashSale.Gateway", $"http://127.0.0.1:{FreePort.Next()}", secrets =>
        {
            var settings = new Dictionary<string, string>
            {
                ["Service:Key"] = secrets.ServiceKey,
                ["Line:Redis"] = $"127.0.0.1:{system.Redis.Port}",
                ["Line:TicketKeys"] = secrets.TicketKeys,
                ["Gateway:WaitingRoomUrl"] = system.Waitingrooms[0].Url,
                ["Gateway:CheckoutUrl"] = checkout,
                ["Admission:Issuer"] = "flashsale",
            };
            foreach (var limit in s_limits) settings[$"RateLimits:{limit}"] = CrowdLimit;
            return settings;
        });

    private async Task<RunningProgram> ServiceAsync(
        string name, string project, string assembly, string url, Func<Secrets, Dictionary<string, string>> settings)
    {
        var secrets = await Secrets.LoadAsync(data, cancel);
        return await RunAsync(new ServiceRecipe(name, project, assembly, url, settings(secrets)).Start(data), url, "/health/ready");
    }

    private Task<RunningProgram> StartAsync(string[] args, IReadOnlyDictionary<string, string>? environment = null)
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        return RunAsync(new ChildStart(
            Repository.DotNet, [Repository.Program(Project, Assembly), .. args, "--urls", url],
            data.LogOf($"baseline-{_started++}"), environment), url, "/");
    }

    private async Task<RunningProgram> RunAsync(ChildStart start, string url, string probe)
    {
        var child = await ChildProcess.StartAsync(start);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var since = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync(http, url + probe))
        {
            if (child.HasExited || TimeProvider.System.GetElapsedTime(since) > s_startLimit)
                throw new CommandFailedException($"a baseline did not start:\n{child.LogTail()}");
            await Task.Delay(s_pause, cancel);
        }

        return new RunningProgram(new Uri(url), child.Pid, child.DisposeAsync);
    }

    private async Task<bool> AnswersAsync(HttpClient http, string url)
    {
        try
        {
            using var answer = await http.GetAsync(url, cancel);
            return (int)answer.StatusCode < 500;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
