using BenchmarkDotNet.Attributes;

using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Tickets;
using FlashSale.Queue;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FlashSale.Micro;

/// <summary>A poll, without the server around it: the ticket's MAC, the place from memory, the answer's bytes.</summary>
[MemoryDiagnoser]
public class PollPath : IDisposable
{
    private static readonly SaleId s_sale = Id("xphone");

    private readonly TicketSigner _signer = new("k1:" + Convert.ToBase64String(new byte[32]));
    private readonly byte[] _bytes = new byte[2048];
    private ListedSale _listed = null!;
    private Line _line = null!;
    private LineRedis _redis = null!;
    private Timer _reader = null!;
    private Places _places = null!;
    private string _text = null!;
    private Ticket _ticket;

    [GlobalSetup]
    public void SetUp()
    {
        var now = TimeProvider.System.GetUtcNow();
        var sale = new Sale
        {
            Id = s_sale,
            Name = "A phone",
            Inventory = 1000,
            MaxUnit = 1000,
            Price = new Money(99_900, "usd"),
            Storefront = StorefrontId.TryParse("demo", out var demo) ? demo : throw new InvalidOperationException(),
            QueueOpensAt = now.AddHours(-1),
            StartsAt = now.AddMinutes(-1),
            Seed = "",
        };
        _listed = new ListedSale(sale, null);

        // The line needs no Redis for a number that has not been called: nothing listens on that port.
        var options = Options.Create(new LineOptions { Redis = "127.0.0.1:1" });
        _redis = new LineRedis(options, NullLogger<LineRedis>.Instance);
        _line = new Line(_redis, options, TimeProvider.System);
        _line.Set(s_sale, new LineBoard
        {
            Epoch = 1,
            Next = 1_000_000,
            Head = 1200,
            Horizon = 2000,
            Waiting = 998_800,
            Available = 3,
            Held = 412,
            Sold = 585,
            AdmissionsPerSecond = 4.2,
        });
        // As the board's reader does: an edge that has not read it lately asks Redis.
        _reader = new Timer(_ => _line.BoardWasRead(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(250));
        _places = new Places(_line, new LedgerClock(TimeProvider.System));
        _ticket = new Ticket(s_sale, new Place(1, 500_000), Shopper("v-0123456789abcdefghijkl"));
        _text = _signer.Sign(_ticket);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _reader?.Dispose();
        _redis?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public bool TicketCheck() => _signer.TryVerify(s_sale, _text, out _);

    [Benchmark]
    public ValueTask<PlaceStatus?> PlaceFromMemory()
    {
        _line.TrySee(_ticket);
        return _line.StatusAsync(_ticket, _listed.Sale);
    }

    [Benchmark]
    public int StatusWrite()
    {
        var place = _places.Look(_listed, _ticket, new PlaceStatus(PlaceState.Waiting, 500_000, 498_799, 0));
        return PlaceWriter.Compose(_bytes, _listed, place, _places.TellNextPoll(_listed, _ticket, place), null);
    }

    private static SaleId Id(string text) =>
        SaleId.TryParse(text, out var sale) ? sale : throw new InvalidOperationException(text);

    private static ShopperId Shopper(string text) =>
        ShopperId.TryParse(text, out var shopper) ? shopper : throw new InvalidOperationException(text);
}
