using FlashSale.Contract;
using FlashSale.LoadTest.Clients;
using FlashSale.Local;
using FlashSale.Local.Processes;
using FlashSale.Queue;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Xunit;

namespace FlashSale.Tests.Support;

/// <summary>
/// The whole system in this process, on free ports and the shared servers, configured as <c>./flashsale up</c> does it.
/// Tests share one (<see cref="SharedAsync"/>) and each makes a sale of its own. FLASHSALE_TEST_LOGS=1 shows its logs.
/// </summary>
public sealed class TestSystem : IAsyncDisposable
{
    private static readonly Lazy<Task<TestSystem>> s_shared = new(() => StartAsync());

    private readonly List<WebApplication> _services = [];
    private readonly Dictionary<string, string> _settings = [];
    private readonly Dictionary<string, WebApplication> _byName = [];
    private readonly DirectoryInfo _keys;
    private readonly Topology _topology;
    private readonly EdgeClients _edges;

    private TestSystem(Topology topology, Secrets secrets, DirectoryInfo keys, string mySql)
    {
        MySql = mySql;
        (_topology, Secrets, _keys) = (topology, secrets, keys);
        _edges = new EdgeClients(topology.EdgeUrls);
        Operators = new OperatorClient(topology.EdgeUrls[0], secrets.AdminKey);
    }

    public Secrets Secrets { get; }

    /// <summary>The ledger's connection string.</summary>
    public string MySql { get; }

    /// <summary>Where the services of a scraped system show their metrics; those that run.</summary>
    public IEnumerable<Uri> ScrapeUrls => _services
        .Select(service => service.Services.GetService<Telemetry.ScrapeListener>()?.Url).OfType<Uri>();

    /// <summary>A client of the edge, without cookies or redirects.</summary>
    public HttpClient Edge => _edges[0];

    /// <summary>Where the waiting rooms keep the private keys that they sign admissions with.</summary>
    public string KeysDirectory => _keys.FullName;

    public string CheckoutUrl => _topology.CheckoutUrls[0];

    public string WaitingRoomUrl => _topology.WaitingRoomUrls[0];

    public string SimulatorUrl => _topology.SimulatorUrl;

    public OperatorClient Operators { get; }

    /// <summary>The one that runs for the whole test run; started by the first test that asks.</summary>
    public static Task<TestSystem> SharedAsync() => s_shared.Value;

    /// <summary>A system of its own, for a test that breaks things.</summary>
    /// <param name="scraped">Its services measure and have a listener for Prometheus.</param>
    /// <param name="settings">Over those of <c>up</c>, for every service.</param>
    /// <param name="port">Of the first edge, for settings that name it.</param>
    public static async Task<TestSystem> StartAsync(
        int waitingRooms = 1, bool scraped = false, int checkouts = 1, int edges = 1,
        IReadOnlyDictionary<string, string>? settings = null, int? port = null)
    {
        var secrets = Secrets.New();
        var keys = Directory.CreateTempSubdirectory("flashsale-keys-");
        var options = new SystemOptions
        {
            Port = port ?? FreePort.Next(edges),
            WaitingRooms = waitingRooms,
            Checkouts = checkouts,
            Edges = edges,
        };
        var mySql = await TestMariaDb.CreateDatabaseAsync();
        var topology = new Topology(options, secrets, TestRedis.CreateDatabase(), mySql, keys.FullName);
        var system = new TestSystem(topology, secrets, keys, mySql);
        if (scraped)
        {
            system._settings["Telemetry:PrometheusUrl"] = "http://127.0.0.1:0";
            system._settings["Webhooks:AllowLoopback"] = "true";
        }
        foreach (var (key, value) in settings ?? new Dictionary<string, string>()) system._settings[key] = value;
        return await Whole.StartAsync(system, made => made.StartServicesAsync());
    }

    /// <summary>A new sale, open now unless the settings say otherwise; its id.</summary>
    /// <param name="settings">As in the contract; null for one with five units.</param>
    public async Task<string> SaleAsync(object? settings = null)
    {
        var sale = Unique.Name("sale");
        await Operators.PutSaleAsync(sale, settings ?? SaleOf(5), TestContext.Current.CancellationToken);
        return sale;
    }

    /// <summary>Settings of a sale that is open now.</summary>
    public static object SaleOf(
        int units, int claimSeconds = 60, int paySeconds = 60, int paymentAttempts = 3, int graceSeconds = 1) => new
        {
            name = "A phone",
            inventory = units,
            price = new { amount = 99_900, currency = "usd" },
            claimSeconds,
            paySeconds,
            paymentAttempts,
            graceSeconds,
        };

    /// <summary>What a service (<c>gateway</c>, <c>checkout</c>, …) has mapped.</summary>
    public IEnumerable<Endpoint> Endpoints(string service) =>
        ((IEndpointRouteBuilder)_byName[service]).DataSources.SelectMany(source => source.Endpoints);

    /// <summary>A service by its name.</summary>
    public WebApplication Service(string name) => _byName[name];

    /// <summary>Why nobody of the sale is admitted, as the first edge has read it; null when all is well.</summary>
    public string? StoppedBecause(string sale) =>
        SaleId.TryParse(sale, out var id)
            ? _byName["gateway"].Services.GetRequiredService<Line>().Board(id)?.StoppedBecause : null;

    /// <summary>Someone new at the edge.</summary>
    public Shopper Shopper(string sale) => new(Edge, sale);

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_services)) await service.DisposeAsync();
        _edges.Dispose();
        Operators.Dispose();
        _keys.Delete(recursive: true);
    }

    public IReadOnlyList<string> EdgeUrls => _topology.EdgeUrls;

    public IReadOnlyList<string> CheckoutUrls => _topology.CheckoutUrls;

    /// <summary>Stops the service of this address as planned; it is not started again.</summary>
    public async Task StopAsync(string url)
    {
        var service = _services.Single(one => one.Urls.Contains(url));
        await service.StopAsync();
        _services.Remove(service);
        await service.DisposeAsync();
    }

    /// <summary>Ends the services of this address; they are not started again.</summary>
    public async Task EndAsync(string url)
    {
        var service = _services.Single(one => one.Urls.Contains(url));
        _services.Remove(service);
        await service.DisposeAsync();
    }

    /// <summary>Ends every service and starts it again, where it was and as it was set.</summary>
    public async Task RestartAsync()
    {
        foreach (var service in Enumerable.Reverse(_services)) await service.DisposeAsync();
        _services.Clear();
        _byName.Clear();
        await StartServicesAsync();
    }

    internal static async Task EndSharedAsync()
    {
        if (s_shared.IsValueCreated && s_shared.Value.IsCompletedSuccessfully) await (await s_shared.Value).DisposeAsync();
    }

    private async Task StartServicesAsync()
    {
        await StartAsync(_topology.Simulator, FlashSale.PaymentSimulator.Program.Build);
        foreach (var recipe in _topology.Checkouts) await StartAsync(recipe, FlashSale.Checkout.Program.Build);
        foreach (var recipe in _topology.WaitingRooms) await StartAsync(recipe, FlashSale.WaitingRoom.Program.Build);
        foreach (var recipe in _topology.Edges) await StartAsync(recipe, FlashSale.Gateway.Program.Build);
        using var http = new HttpClient();
        foreach (var url in _services.SelectMany(service => service.Urls))
        {
            await WaitFor.TrueAsync(
                async () => (await http.GetAsync($"{url}/health/ready")).IsSuccessStatusCode, $"{url} is ready");
        }
    }

    private async Task StartAsync(
        ServiceRecipe recipe, Func<string[], Action<WebApplicationBuilder>?, WebApplication> build)
    {
        // Some are read while a service registers its rooms, as arguments are.
        var service = build(["--urls", recipe.Url, .. _settings.Select(one => $"--{one.Key}={one.Value}")], builder =>
        {
            builder.Configuration.AddInMemoryCollection(recipe.Settings!);
            builder.Configuration.AddInMemoryCollection(_settings!);
            if (Environment.GetEnvironmentVariable("FLASHSALE_TEST_LOGS") != "1") builder.Logging.ClearProviders();
        });
        _services.Add(service);
        _byName[recipe.Name] = service;
        await service.StartAsync();
    }
}
