using System.Net;
using System.Net.Http.Json;

using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Local.Processes;
using FlashSale.Local.Servers;
using FlashSale.Queue;
using FlashSale.Tests.Support;
using FlashSale.WaitingRoom.Ledger;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using StackExchange.Redis;

namespace FlashSale.Tests.WaitingRoom;

/// <summary>A Redis of its own, a ledger in memory, waiting rooms and the line of an edge.</summary>
internal sealed class LineWorld : IAsyncDisposable
{
    public const string Key = "0123456789abcdef0123456789abcdef";
    public const string AdminKey = "fsa_test";
    public const string TicketKeys = "a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    public const string Seed = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

    private readonly string _folder = Directory.CreateTempSubdirectory("flashsale-line-").FullName;
    private readonly List<IHost> _edges = [];
    private readonly HttpClient _http = new();

    private LineWorld(FakeCheckout checkout)
    {
        Checkout = checkout;
        Server = new PrivateRedis(
            Path.Combine(_folder, "redis"), Path.Combine(_folder, "redis.log"), FreePort.Next(), Durability.Relaxed);
    }

    public PrivateRedis Server { get; }

    public FakeCheckout Checkout { get; }

    public List<WebApplication> Rooms { get; } = [];

    public Line Line => Edge(0);

    public string KeysDirectory => Path.Combine(_folder, "keys");

    public ConnectionMultiplexer Redis { get; private set; } = null!;

    public IDatabase Database => Redis.GetDatabase();

    /// <summary>Its own server, unless the world was given several.</summary>
    public string RedisAt { get; private set; } = "";

    /// <param name="redis">A connection string; null for a server of its own.</param>
    public static async Task<LineWorld> StartAsync(int rooms = 1, int edges = 1, string? redis = null)
    {
        var world = new LineWorld(await FakeCheckout.StartAsync());
        if (redis is null) await world.Server.StartAsync(default);
        world.RedisAt = redis ?? world.Server.ConnectionString;
        world.Redis = await ConnectionMultiplexer.ConnectAsync($"{world.RedisAt},allowAdmin=true,abortConnect=false");
        for (var i = 0; i < rooms; i++) await world.StartRoomAsync();
        for (var i = 0; i < edges; i++) await world.StartEdgeAsync();
        foreach (var room in world.Rooms) await world.ReadyAsync(room);
        return world;
    }

    public Line Edge(int index) => _edges[index].Services.GetRequiredService<Line>();

    /// <summary>The command line of a waiting room of this world.</summary>
    public string[] RoomArguments(string url = "http://127.0.0.1:0") =>
    [
        "--urls", url, "--Service:Key", Key, "--Line:Redis", RedisAt,
        "--Line:TicketKeys", TicketKeys, "--WaitingRoom:CheckoutUrl", Checkout.Url, "--WaitingRoom:RecoverySeconds", "2",
        "--Admission:KeysDirectory", KeysDirectory, "--Admission:PublishedBeforeSigning", "00:00:08",
        "--Admission:Rescan", "00:00:00.2", "--Operators:AdminKeyHash",
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(AdminKey))),
    ];

    public Task<WebApplication> StartRoomAsync(params string[] more) => StartRoomAsync(TimeProvider.System, more);

    /// <summary>A waiting room on a machine with a clock of its own.</summary>
    public async Task<WebApplication> StartRoomAsync(TimeProvider clock, params string[] more)
    {
        var room = FlashSale.WaitingRoom.Program.Build([.. RoomArguments(), .. more], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton(clock);
        });
        await room.StartAsync();
        Rooms.Add(room);
        return room;
    }

    public Task ReadyAsync(WebApplication room) => WaitFor.TrueAsync(
        async () => (await _http.GetAsync(new Uri(room.Urls.First() + "/health/ready"))).IsSuccessStatusCode, "a room is ready");

    public async Task StartEdgeAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Line:Redis"] = RedisAt,
            ["Line:AgainSeconds"] = "0", // Its shoppers come back at once.
            ["Line:TicketKeys"] = TicketKeys,
        });
        builder.Services.AddLine(builder.Configuration);
        var edge = builder.Build();
        await edge.StartAsync();
        _edges.Add(edge);
        await WaitFor.TrueAsync(() => Task.FromResult(edge.Services.GetRequiredService<Line>().IsReady), "an edge is ready");
    }

    /// <summary>A sale that is open, with short times; its line exists when this returns.</summary>
    public async Task<Sale> OpenAsync(int units, Func<Sale, Sale>? with = null, bool wait = true)
    {
        var now = TimeProvider.System.GetUtcNow();
        var sale = new Sale
        {
            Id = SaleId.Parse(Unique.Name()),
            Name = "a phone",
            Inventory = units,
            MaxUnit = units,
            Price = new Money(100, "usd"),
            Storefront = StorefrontId.Parse("demo"),
            QueueOpensAt = now,
            StartsAt = now,
            AdmitPerSecond = 1000,
            ClaimSeconds = 60,
            PresenceSeconds = 30,
            GraceSeconds = 1,
            Seed = Seed,
        };
        sale = with?.Invoke(sale) ?? sale;
        Checkout.Put(sale);
        if (!wait) return sale;
        await WaitFor.TrueAsync(() => Task.FromResult(Line.Board(sale.Id) is not null), "the line exists");
        // One room makes the line; any may be asked for a claim.
        await WaitFor.TrueAsync(() => Task.FromResult(
            Rooms.Where(room => !room.Lifetime.ApplicationStopping.IsCancellationRequested)
                .All(room => room.Services.GetRequiredService<PulledSales>().Find(sale.Id) is not null)), "every room knows the sale");
        return sale;
    }

    /// <summary>A sale that has not started does so now.</summary>
    public Sale Begin(Sale sale)
    {
        sale = sale with { StartsAt = TimeProvider.System.GetUtcNow() };
        Checkout.Put(sale);
        return sale;
    }

    public Task<Ticket> JoinAsync(Sale sale, string name) => JoinAsync(Line, sale, name);

    public static async Task<Ticket> JoinAsync(Line line, Sale sale, string name)
    {
        var shopper = Shopper(name);
        JoinOutcome outcome = JoinOutcome.NotReady.Instance;
        await WaitFor.TrueAsync(
            async () => (outcome = await TakeAsync(line, sale, shopper)) is not JoinOutcome.NotReady, "a place");
        return new Ticket(sale.Id, ((JoinOutcome.Joined)outcome).Place, shopper);
    }

    /// <summary>Another number where the last has ended: here nothing costs anything.</summary>
    public static async Task<JoinOutcome> TakeAsync(Line line, Sale sale, ShopperId shopper)
    {
        var outcome = await line.JoinAsync(sale, shopper, after: 0);
        return outcome is JoinOutcome.NotPaid { Number: var ended } ? await line.JoinAsync(sale, shopper, ended) : outcome;
    }

    public async Task<List<Ticket>> JoinManyAsync(Sale sale, int count, int from = 1)
    {
        var tickets = new List<Ticket>();
        for (var i = 0; i < count; i++) tickets.Add(await JoinAsync(sale, $"shopper-{from + i}"));
        return tickets;
    }

    public async Task<PlaceStatus> StatusAsync(Sale sale, Ticket ticket)
    {
        PlaceStatus? status = null;
        await WaitFor.TrueAsync(async () => (status = await Line.StatusAsync(ticket, sale)) is not null, "a status");
        return status!.Value;
    }

    public Task UntilAsync(Sale sale, Ticket ticket, PlaceState state) => WaitFor.TrueAsync(
        async () => (await StatusAsync(sale, ticket)).State == state, $"{ticket.Shopper} is {state}");

    public async Task<(HttpStatusCode Status, ClaimAnswer? Answer)> ClaimAsync(Ticket ticket, int room = 0)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Rooms[room].Urls.First() + "/internal/claims");
        request.Headers.Authorization = ServiceKey.Header(Key);
        request.Content = JsonContent.Create(
            new ClaimRequest(ticket.Sale, ticket.Place.Epoch, ticket.Place.Number, ticket.Shopper.Value), options: Wire.Json);
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, response.IsSuccessStatusCode
            ? await response.Content.ReadFromJsonAsync<ClaimAnswer>(Wire.Json) : null);
    }

    /// <summary>Redis's admissions at one moment, in the order of their tickets.</summary>
    public async Task<List<AdmittedPlace>> AdmittedAsync(Sale sale)
    {
        var entries = await Database.HashGetAllAsync(new LineKeys(sale.Id).Admitted);
        return [.. entries.Select(entry => AdmittedPlace.Parse(LineKeys.ParseField(entry.Name!), entry.Value!))
            .OrderBy(one => one.Place.Epoch).ThenBy(one => one.Place.Number)];
    }

    public async Task FlushAsync() => await Redis.GetServers()[0].ExecuteAsync("FLUSHALL");

    /// <summary>A copy of a sale's line, as a backup or a lagging replica has it.</summary>
    public async Task<Dictionary<RedisKey, byte[]>> CopyAsync(Sale sale)
    {
        var copy = new Dictionary<RedisKey, byte[]>();
        await foreach (var key in Redis.GetServers()[0].KeysAsync(pattern: $"fs:{{{sale.Id.Value}}}:*"))
            if (await Database.KeyDumpAsync(key) is { } value) copy[key] = value;
        return copy;
    }

    /// <summary>Redis comes up with nothing but the copy.</summary>
    public async Task RestoreAsync(Sale sale, Dictionary<RedisKey, byte[]> copy)
    {
        var transaction = Database.CreateTransaction();
        List<Task> done = [transaction.ExecuteAsync("FLUSHALL")];
        foreach (var (key, value) in copy) done.Add(transaction.KeyRestoreAsync(key, value));
        done.Add(transaction.HashSetAsync(new LineKeys(sale.Id).Line, "run", "of-the-copy"));
        if (!await transaction.ExecuteAsync()) throw new InvalidOperationException("the copy was not restored");
        await Task.WhenAll(done);
    }

    public static ShopperId Shopper(string name) => ShopperId.TryParse(name, out var id) ? id : throw new FormatException(name);

    public async ValueTask DisposeAsync()
    {
        foreach (var edge in _edges)
        {
            await edge.StopAsync();
            await ((IAsyncDisposable)edge).DisposeAsync();
        }

        foreach (var room in Rooms)
        {
            await room.StopAsync();
            await room.DisposeAsync();
        }

        await Checkout.DisposeAsync();
        await Redis.DisposeAsync();
        await Server.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
