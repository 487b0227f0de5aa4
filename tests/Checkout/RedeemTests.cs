using System.Text;

using FlashSale.Tests.Support;

using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace FlashSale.Tests.Checkout;

public sealed class RedeemTests(CheckoutFixture fixture) : IClassFixture<CheckoutFixture>
{
    private CheckoutHost Host => fixture.Host;

    [Fact]
    public async Task An_admission_becomes_a_reservation_of_its_unit_at_the_sales_price()
    {
        var sale = await Host.SaleAsync(more: new { paySeconds = 90, paymentAttempts = 2 });
        var made = await Host.ReserveAsync(sale, Host.Tokens.Sign(sale, 7));

        Assert.Equal(201, made.Status);
        Assert.StartsWith(sale + "_", made.Text("id"), StringComparison.Ordinal);
        Assert.Equal("7", made.Text("unit"));
        Assert.Equal("held", made.Text("state"));
        Assert.Equal(99_900, made.Json.GetProperty("price").GetProperty("amount").GetInt32());
        Assert.Equal(2, made.Json.GetProperty("payment").GetProperty("attemptsLeft").GetInt32());
        Assert.Equal(90, (made.Json.GetProperty("payBy").GetDateTimeOffset()
            - made.Json.GetProperty("serverTime").GetDateTimeOffset()).TotalSeconds, 1.0);
    }

    [Fact]
    public async Task Invariant4_A_hundred_double_clicks_make_one_reservation()
    {
        var sale = await Host.SaleAsync();
        var token = Host.Tokens.Sign(sale, 1);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Host.ReserveAsync(sale, token)));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(99, answers.Count(answer => answer.Status == 200));
        Assert.Single(answers.Select(answer => answer.Text("id")).Distinct());
    }

    [Fact]
    public async Task Invariant4_An_admission_is_dead_after_its_reservation_ended()
    {
        var sale = await Host.SaleAsync();
        var (id, token) = await Host.HeldAsync(sale, 1);
        var released = await Host.SendAsync(HttpMethod.Delete, $"/reservations/{id}", null, token);
        Assert.Equal((200, "released"), (released.Status, released.Text("state")));
        Assert.Equal("cancelled", released.Text("reason"));

        var again = await Host.ReserveAsync(sale, token);
        Assert.Equal((410, "admissionSpent"), (again.Status, again.Code));
        Assert.Equal(200, (await Host.SendAsync(HttpMethod.Delete, $"/reservations/{id}", null, token)).Status);
    }

    [Fact]
    public async Task Invariant2_Two_reservations_racing_for_one_shopper_make_one()
    {
        var sale = await Host.SaleAsync(100);
        for (var round = 0; round < 20; round++)
        {
            var shopper = Unique.Name("who");
            var answers = await Task.WhenAll(Enumerable.Range(1, 4)
                .Select(at => Host.ReserveAsync(sale, Host.Tokens.Sign(sale, round * 4 + at, shopper))));
            Assert.Single(answers, answer => answer.Status == 201);
            Assert.Equal(3, answers.Count(answer => answer is { Status: 409, Code: "alreadyReserved" }));
        }
    }

    [Fact]
    public async Task Invariant1_A_unit_is_held_once_whoever_has_an_admission_for_it()
    {
        var sale = await Host.SaleAsync(5);
        var answers = await Task.WhenAll(Enumerable.Range(0, 200)
            .Select(at => Host.ReserveAsync(sale, Host.Tokens.Sign(sale, at % 10 + 1))));

        Assert.Equal(5, answers.Count(answer => answer.Status == 201));
        Assert.All(answers.Where(answer => answer.Status != 201),
            answer => Assert.Equal((409, "notYourTurn"), (answer.Status, answer.Code)));
        Assert.True(await Audits.IsOkAsync(Host, sale));
    }

    [Fact]
    public async Task A_shopper_who_bought_is_told_so()
    {
        var sale = await Host.SaleAsync();
        var shopper = Unique.Name("who");
        await Host.HeldAsync(sale, 1, shopper);
        await Host.RunSqlAsync($"UPDATE reservations SET state = 3, order_number = 'x' WHERE shopper = '{shopper}'");
        var again = await Host.ReserveAsync(sale, Host.Tokens.Sign(sale, 2, shopper));
        Assert.Equal((409, "alreadyBought"), (again.Status, again.Code));
    }

    [Fact]
    public async Task After_redeem_by_the_turn_is_missed()
    {
        var sale = await Host.SaleAsync();
        var late = await Host.ReserveAsync(sale, Host.Tokens.Sign(sale, 1, redeemIn: TimeSpan.FromSeconds(-1)));
        Assert.Equal((410, "admissionMissed"), (late.Status, late.Code));
    }

    [Fact]
    public async Task After_the_end_nothing_new_is_reserved_but_what_is_in_a_cart_stays()
    {
        var sale = await Host.SaleAsync();
        var (id, token) = await Host.HeldAsync(sale, 1);
        await Host.RunSqlAsync($"UPDATE sales SET ends_at = UTC_TIMESTAMP(3) WHERE id = '{sale}'");
        var late = await Host.ReserveAsync(sale, Host.Tokens.Sign(sale, 2));
        Assert.Equal((410, "saleEnded"), (late.Status, late.Code));
        Assert.Equal(200, (await Host.ReserveAsync(sale, token)).Status);
        Assert.Equal("held", (await Host.SendAsync(HttpMethod.Get, $"/reservations/{id}", null, token)).Text("state"));
    }

    [Fact]
    public async Task A_cookie_serves_as_well_and_the_header_wins()
    {
        var sale = await Host.SaleAsync();
        var cookie = ("Cookie", $"fs-admission-{sale}={Host.Tokens.Sign(sale, 3)}");
        var path = $"/sales/{sale}/reservations";
        Assert.Equal(201, (await Host.SendAsync(HttpMethod.Post, path, null, null, cookie)).Status);
        Assert.Equal("admissionInvalid", (await Host.SendAsync(HttpMethod.Post, path, null, "nonsense", cookie)).Code);
    }

    [Theory]
    [InlineData("none at all", 401, "admissionRequired")]
    [InlineData("nonsense", 401, "admissionInvalid")]
    [InlineData("alg none", 401, "admissionInvalid")]
    [InlineData("hmac of the public key", 401, "admissionInvalid")]
    [InlineData("foreign key", 401, "admissionInvalid")]
    [InlineData("unknown kid", 401, "admissionInvalid")]
    [InlineData("wrong issuer", 401, "admissionInvalid")]
    [InlineData("wrong audience", 401, "admissionInvalid")]
    [InlineData("expired", 401, "admissionInvalid")]
    [InlineData("not yet", 401, "admissionInvalid")]
    [InlineData("no unit", 401, "admissionInvalid")]
    [InlineData("unit as text", 401, "admissionInvalid")]
    [InlineData("long jti", 401, "admissionInvalid")]
    [InlineData("odd shopper", 401, "admissionInvalid")]
    [InlineData("tampered", 401, "admissionInvalid")]
    [InlineData("other sale", 403, "wrongSale")]
    [InlineData("unit outside", 409, "notYourTurn")]
    public async Task A_token_that_is_not_an_admission_reserves_nothing(string kind, int status, string code)
    {
        var sale = await Host.SaleAsync();
        var answer = await Host.ReserveAsync(sale, Bad(kind, sale));
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(0, await Host.CountAsync(
            $"SELECT COUNT(*) FROM reservations r JOIN sales s ON s.no = r.sale_no WHERE s.id = '{sale}'"));
    }

    private string? Bad(string kind, string sale)
    {
        var tokens = Host.Tokens;
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        string With(string claim, object value) => tokens.Sign(sale, 1, change: claims => claims[claim] = value);
        var parts = tokens.Sign(sale, 1).Split('.');
        return kind switch
        {
            "none at all" => null,
            "nonsense" => "a.b.c",
            "alg none" => Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}"""u8.ToArray()) + $".{parts[1]}.",
            "hmac of the public key" => tokens.Sign(sale, 1, with: tokens.HmacOfPublicKey()),
            "foreign key" => tokens.Sign(sale, 1, with: TokenSource.Foreign()),
            "unknown kid" => tokens.Sign(sale, 1, with: tokens.Credentials("other")),
            "wrong issuer" => With("iss", "someone"),
            "wrong audience" => With("aud", "other-shop"),
            "expired" => With("exp", now - 10),
            "not yet" => With("nbf", now + 60),
            "no unit" => tokens.Sign(sale, 1, change: claims => claims.Remove("unit")),
            "unit as text" => With("unit", "one"),
            "long jti" => With("jti", new string('a', 65)),
            "odd shopper" => With("sub", "ünprintable"),
            "tampered" => $"{parts[0]}.{Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(
                Base64UrlEncoder.Decode(parts[1]).Replace("\"unit\":1", "\"unit\":2", StringComparison.Ordinal)))}.{parts[2]}",
            "other sale" => With("sale", "another"),
            "unit outside" => tokens.Sign(sale, 11),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    [Fact]
    public async Task Malformed_requests_change_nothing()
    {
        var sale = await Host.SaleAsync();
        var token = Host.Tokens.Sign(sale, 1);
        using var text = new StringContent("{}", Encoding.UTF8, "text/plain");
        using var broken = new StringContent("{", Encoding.UTF8, "application/json");
        using var huge = new StringContent("{\"a\":\"" + new string('x', 9000) + "\"}", Encoding.UTF8, "application/json");
        var path = $"/sales/{sale}/reservations";
        Assert.Equal("unsupportedMediaType", (await Host.SendAsync(HttpMethod.Post, path, text, token)).Code);
        Assert.Equal("malformed", (await Host.SendAsync(HttpMethod.Post, path, broken, token)).Code);
        Assert.Equal("tooLarge", (await Host.SendAsync(HttpMethod.Post, path, huge, token)).Code);
        Assert.Equal("malformed", (await Host.ReserveAsync("No-Sale", token)).Code);
        Assert.Equal("unknownSale", (await Host.ReserveAsync("no-sale", Host.Tokens.Sign("no-sale", 1))).Code);
        Assert.Equal("notFound", (await Host.SendAsync(HttpMethod.Get, "/reservations/nothing", null, token)).Code);
        Assert.Equal("notFound", (await Host.SendAsync(HttpMethod.Get, "/nowhere")).Code);
        Assert.Equal(0, await Host.CountAsync(
            $"SELECT COUNT(*) FROM reservations r JOIN sales s ON s.no = r.sale_no WHERE s.id = '{sale}'"));
    }

    [Fact]
    public async Task Another_shoppers_reservation_is_not_found()
    {
        var sale = await Host.SaleAsync();
        var (id, _) = await Host.HeldAsync(sale, 1);
        var other = Host.Tokens.Sign(sale, 2);
        Assert.Equal("notFound", (await Host.SendAsync(HttpMethod.Get, $"/reservations/{id}", null, other)).Code);
        Assert.Equal("notFound", (await Host.SendAsync(HttpMethod.Delete, $"/reservations/{id}", null, other)).Code);
        Assert.Equal("admissionRequired", (await Host.SendAsync(HttpMethod.Get, $"/reservations/{id}")).Code);
    }
}
