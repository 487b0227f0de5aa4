using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>A real edge in this process, before a real Redis, a checkout that echoes and a waiting room that signs.</summary>
public sealed class EdgeFixture : IAsyncLifetime
{
    public const string TicketKeys = "a:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    public const string ServiceKeyText = "0123456789abcdef0123456789abcdef";

    private readonly List<WebApplication> _more = [];

    public EchoCheckout Checkout { get; } = new();
    public SigningWaitingRoom WaitingRoom { get; } = new();
    public WebApplication Edge { get; private set; } = null!;
    public Uri Url { get; private set; } = null!;
    public TicketSigner Tickets { get; } = new(TicketKeys);

    public async ValueTask InitializeAsync()
    {
        await Checkout.StartAsync();
        await WaitingRoom.StartAsync();
        (Edge, Url) = await StartEdgeAsync();
    }

    /// <summary>A further edge with settings of its own.</summary>
    public async Task<(WebApplication Edge, Uri Url)> StartEdgeAsync(params string[] settings)
    {
        var edge = FlashSale.Gateway.Program.Build(
        [
            "--urls=http://127.0.0.1:0", $"--Line:Redis={TestRedis.ConnectionString}", $"--Line:TicketKeys={TicketKeys}",
            $"--Service:Key={ServiceKeyText}", $"--Gateway:CheckoutUrl={Checkout.Url}",
            $"--Gateway:WaitingRoomUrl={WaitingRoom.Url}", .. settings,
        ], builder => builder.Logging.SetMinimumLevel(LogLevel.Warning));
        await edge.StartAsync();
        _more.Add(edge);
        var url = new Uri(edge.Urls.First());
        if (settings.Length == 0)
        {
            using var client = new HttpClient { BaseAddress = url };
            await WaitFor.TrueAsync(async () => (await client.GetAsync("/health/ready")).IsSuccessStatusCode, "the edge is ready");
        }
        return (edge, url);
    }

    /// <summary>A browser: follows nothing by itself, keeps cookies.</summary>
    public HttpClient Client(Uri? url = null) => new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        BaseAddress = url ?? Url,
    };

    /// <summary>A sale that no other test has, known to the edge and with a line.</summary>
    public async Task<Sale> SaleAsync(Func<Sale, Sale>? change = null, LineBoard? board = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var sale = new Sale
        {
            Id = SaleId.Parse(Unique.Name()),
            Name = "XPhone \"<1>\"",
            Inventory = 100,
            MaxUnit = 100,
            Price = new Money(99900, "usd"),
            Storefront = EchoCheckout.Demo.Id,
            QueueOpensAt = now.AddMinutes(-1),
            StartsAt = now.AddMinutes(-1),
            Seed = Convert.ToBase64String(new byte[32]),
        };
        sale = change?.Invoke(sale) ?? sale;
        Checkout.Add(sale);
        await WaitingRoom.BeginAsync(sale.Id, board);
        await WaitForBoardAsync(sale.Id, _ => true);
        return sale;
    }

    public Task WaitForBoardAsync(SaleId sale, Func<LineBoard, bool> condition) => WaitFor.TrueAsync(
        () => Task.FromResult(Edge.Services.GetRequiredService<Line>().Board(sale) is { } board && condition(board)),
        "the edge has read the board");

    /// <summary>Joins anonymously; the client then holds the ticket's cookie.</summary>
    public static async Task<JsonElement> JoinAsync(HttpClient client, Sale sale)
    {
        var response = await client.PostAsync($"/sales/{sale.Id}/ticket", null);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Calls the place of a joined client, and waits until the edge has heard of it.</summary>
    public async Task CallAsync(Sale sale, JsonElement place, int unit)
    {
        var number = place.GetProperty("number").GetUInt32();
        await WaitingRoom.AdmitAsync(sale.Id, number, unit);
        await WaitForBoardAsync(sale.Id, board => board.Head >= number);
    }

    /// <summary>The response's problem code.</summary>
    public static async Task<string?> CodeAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((int)response.StatusCode, problem.GetProperty("status").GetInt32());
        return problem.GetProperty("code").GetString();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var edge in _more) await edge.DisposeAsync();
        await WaitingRoom.DisposeAsync();
        await Checkout.DisposeAsync();
    }
}
