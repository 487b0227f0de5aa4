using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

using StackExchange.Redis;

namespace FlashSale.Tests.Gateway;

/// <summary>A waiting room without a pump: a test begins lines and admits places by hand; claims are signed for real.</summary>
public sealed class SigningWaitingRoom : IAsyncDisposable
{
    public const uint Epoch = 1_800_000_000;
    public const string KeyId = "k1";
    private readonly ConcurrentDictionary<SaleId, LineBoard> _boards = new();
    private readonly ConcurrentDictionary<(SaleId, uint), (int Unit, DateTimeOffset RedeemBy)> _admitted = new();
    private ConnectionMultiplexer? _redis;
    private WebApplication? _app;

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public string Url => _app!.Urls.First();

    public string Jwks
    {
        get
        {
            var key = Key.ExportParameters(false);
            return JsonSerializer.Serialize(new
            {
                keys = new[]
                {
                    new
                    {
                        kty = "EC", crv = "P-256", alg = "ES256", use = "sig", kid = KeyId,
                        x = Base64UrlEncoder.Encode(key.Q.X), y = Base64UrlEncoder.Encode(key.Q.Y),
                    },
                },
            });
        }
    }

    public async Task StartAsync()
    {
        _redis = await ConnectionMultiplexer.ConnectAsync(TestRedis.ConnectionString + ",allowAdmin=true");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/.well-known/jwks.json", () => Results.Text(Jwks, "application/json"));
        _app.MapPost("/internal/claims", async (HttpContext context) =>
        {
            var claim = (await context.Request.ReadFromJsonAsync<ClaimRequest>(Wire.Json))!;
            if (!_admitted.TryGetValue((claim.Sale, claim.Number), out var admission)) return Problem.NotYourTurn.Result();
            var id = $"{claim.Epoch:x}-{claim.Number:x}-{admission.Unit:x}";
            return Results.Json(new ClaimAnswer(
                id, Sign(new Claims(claim.Sale.Value, claim.Shopper, id)), admission.Unit, admission.RedeemBy), Wire.Json);
        });
        await _app.StartAsync();
    }

    /// <summary>What a token of a test says; the defaults are right.</summary>
    public sealed record Claims(string Sale, string Shopper = "alice", string Id = "5f-1-11")
    {
        public string Issuer { get; init; } = "flashsale";
        public string Audience { get; init; } = "demo";
        public string KeyId { get; init; } = SigningWaitingRoom.KeyId;
        public double ExpiresInSeconds { get; init; } = 300;

        /// <summary>The header <c>crit</c>.</summary>
        public string? Critical { get; init; }
    }

    public string Sign(Claims claims) => Sign(claims, new SigningCredentials(
        new ECDsaSecurityKey(Key) { KeyId = claims.KeyId }, SecurityAlgorithms.EcdsaSha256));

    /// <summary>A token signed by someone else or somehow else.</summary>
    public static string Sign(Claims claims, SigningCredentials signer)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            SigningCredentials = signer,
            AdditionalHeaderClaims = claims.Critical is null ? null
                : new Dictionary<string, object> { ["crit"] = claims.Critical },
            Issuer = claims.Issuer,
            Audience = claims.Audience,
            IssuedAt = now.UtcDateTime.AddSeconds(-1000),
            NotBefore = now.UtcDateTime.AddSeconds(-1000),
            Expires = now.UtcDateTime.AddSeconds(claims.ExpiresInSeconds),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = claims.Shopper,
                ["jti"] = claims.Id,
                ["sale"] = claims.Sale,
                ["unit"] = 17,
                ["place"] = 1,
                ["redeemBy"] = now.ToUnixTimeSeconds() + 60,
            },
        });
    }

    /// <summary>The line of a sale, as if a pump had begun it.</summary>
    public async Task BeginAsync(SaleId sale, LineBoard? board = null)
    {
        var database = _redis!.GetDatabase();
        var info = (string)(await database.ExecuteAsync("INFO", "server"))!;
        var run = info.Split("run_id:")[1].Split('\r')[0];
        await database.HashSetAsync(new LineKeys(sale).Line,
        [
            new("epoch", Epoch), new("run", run), new("fence", 1), new("next", 0), new("head", 0), new("skipped", 0),
            new("past", ""), new("order", "fifo"),
        ]);
        await PublishAsync(sale, board ?? new LineBoard { Epoch = Epoch, Next = 0, Head = 0, Horizon = 1000, Available = 100 });
    }

    public async Task PublishAsync(SaleId sale, LineBoard board)
    {
        _boards[sale] = board;
        var json = JsonSerializer.Serialize(board, LineJson.Default.LineBoard);
        await _redis!.GetDatabase().HashSetAsync(LineKeys.Board, sale.Value, json);
    }

    public LineBoard Board(SaleId sale) => _boards[sale];

    /// <summary>Calls everyone up to the number and gives that one a unit.</summary>
    /// <param name="tells">The edges, by a board.</param>
    public async Task AdmitAsync(SaleId sale, uint number, int unit, bool tells = true)
    {
        var redeemBy = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 60;
        var keys = new LineKeys(sale);
        var database = _redis!.GetDatabase();
        await database.HashSetAsync(keys.Admitted, LineKeys.Field(new Place(Epoch, number)), $"{unit} {redeemBy} 0 {number}");
        await database.HashSetAsync(keys.Line, "head", number);
        _admitted[(sale, number)] = (unit, DateTimeOffset.FromUnixTimeSeconds(redeemBy));
        if (tells) await PublishAsync(sale, _boards[sale] with { Head = number, Next = number, Admitted = 1 });
    }

    /// <summary>Writes what has become of a called number (see <see cref="LineKeys.Places"/>).</summary>
    public async Task SettleAsync(SaleId sale, uint number, int state)
    {
        var keys = new LineKeys(sale);
        var database = _redis!.GetDatabase();
        await database.HashDeleteAsync(keys.Admitted, LineKeys.Field(new Place(Epoch, number)));
        await database.ExecuteAsync("BITFIELD", keys.Places(Epoch), "SET", "u4", $"#{number}", state);
    }

    /// <summary>Redis gives places, and fails when asked what has become of called ones.</summary>
    public async Task BreakAdmissionsAsync(SaleId sale)
    {
        var keys = new LineKeys(sale);
        await _redis!.GetDatabase().KeyRenameAsync(keys.Admitted, Aside(keys));
        await _redis.GetDatabase().StringSetAsync(keys.Admitted, "not a hash");
    }

    public async Task MendAdmissionsAsync(SaleId sale)
    {
        var keys = new LineKeys(sale);
        await _redis!.GetDatabase().KeyRenameAsync(Aside(keys), keys.Admitted);
    }

    private static RedisKey Aside(LineKeys keys) => keys.Admitted.Append("-aside");

    /// <summary>A compact token without a signature.</summary>
    public static string WithoutSignature(string token) =>
        Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes("""{"alg":"none","typ":"JWT"}""")) + "." + token.Split('.')[1] + ".";

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
        Key.Dispose();
    }
}
