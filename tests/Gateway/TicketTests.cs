using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Gateway;

public sealed class TicketTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    [Fact]
    public async Task A_shopper_joins_once_and_polls_the_same_place()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        var first = await client.PostAsync($"/sales/{sale.Id}/ticket", null);
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        var joined = await first.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("waiting", joined.GetProperty("state").GetString());
        Assert.Equal(1, joined.GetProperty("number").GetInt32());
        Assert.Equal(0, joined.GetProperty("ahead").GetInt32());
        Assert.Contains(first.Headers.GetValues("Set-Cookie"), cookie =>
            cookie.StartsWith($"fs-ticket-{sale.Id}={joined.GetProperty("ticket").GetString()};", StringComparison.Ordinal)
            && cookie.Contains("httponly", StringComparison.Ordinal) && cookie.Contains("samesite=lax", StringComparison.Ordinal));

        var again = await client.PostAsJsonAsync($"/sales/{sale.Id}/ticket", new { });
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        var poll = await client.GetAsync($"/sales/{sale.Id}/ticket");
        var place = await poll.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(1, place.GetProperty("number").GetInt32());
        Assert.False(place.TryGetProperty("ticket", out _));
        Assert.Equal("no-store", poll.Headers.CacheControl!.ToString());
        string[] fields =
        [
            "sale", "state", "number", "ahead", "eta", "outlook", "admittedPerMinute", "units", "saleState", "startsAt", "serverTime",
            "nextPollMs", "message", "redeemBy",
        ];
        Assert.Equal(fields, place.EnumerateObject().Select(field => field.Name));
        Assert.Equal(100, place.GetProperty("units").GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_message_of_any_letters_is_told_to_those_who_wait()
    {
        const string Message = "Gleich geht's los: \"5 Minuten\" \\ \u65e5\u672c\u8a9e \ud83c\udf89 <b>";
        var sale = await edge.SaleAsync(one => one with { Message = string.Concat(Enumerable.Repeat(Message, 40)) });
        using var client = edge.Client();
        var place = await EdgeFixture.JoinAsync(client, sale);
        Assert.Equal(sale.Message, place.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Who_was_told_of_the_turn_is_not_told_to_wait_by_an_older_board()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        await edge.CallAsync(sale, await EdgeFixture.JoinAsync(client, sale), unit: 7);
        Assert.Equal("admitted", await StateAsync());

        await edge.WaitingRoom.PublishAsync(sale.Id, edge.WaitingRoom.Board(sale.Id) with { Head = 0 });
        await edge.WaitForBoardAsync(sale.Id, board => board.Head == 0);
        Assert.Equal("admitted", await StateAsync());
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync($"/sales/{sale.Id}/admission", null)).StatusCode);

        async Task<string?> StateAsync() =>
            (await client.GetFromJsonAsync<JsonElement>($"/sales/{sale.Id}/ticket")).GetProperty("state").GetString();
    }

    [Fact]
    public async Task Who_was_called_is_not_told_to_wait_when_Redis_fails_while_joining_again()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        await edge.CallAsync(sale, await EdgeFixture.JoinAsync(client, sale), unit: 7);
        await edge.WaitingRoom.BreakAdmissionsAsync(sale.Id);
        var refused = await client.PostAsync($"/sales/{sale.Id}/ticket", null);
        Assert.Equal("unavailable", await EdgeFixture.CodeAsync(refused));

        await edge.WaitingRoom.MendAdmissionsAsync(sale.Id);
        var place = await (await client.PostAsync($"/sales/{sale.Id}/ticket", null)).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("admitted", place.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Invariant2_A_hundred_clicks_at_once_are_one_place()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        var token = StorefrontTokens.Good(sale, "alice");
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ =>
            client.PostAsJsonAsync($"/sales/{sale.Id}/ticket", new { enqueueToken = token })));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(99, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        var places = await Task.WhenAll(answers.Select(answer => answer.Content.ReadFromJsonAsync<JsonElement>()));
        Assert.All(places, place => Assert.Equal(1, place.GetProperty("number").GetInt32()));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("garbage")]
    [InlineData("tampered")]
    [InlineData("foreign")]
    [InlineData("otherSale")]
    [InlineData("badHeaderGoodCookie")]
    public async Task A_poll_without_a_ticket_of_this_sale_is_refused(string kind)
    {
        var (sale, other) = (await edge.SaleAsync(), await edge.SaleAsync());
        Assert.True(ShopperId.TryParse("alice", out var shopper));
        var good = edge.Tickets.Sign(new Ticket(sale.Id, new Place(SigningWaitingRoom.Epoch, 1), shopper));
        var foreign = new TicketSigner("b:" + Convert.ToBase64String(new byte[32]));
        using var client = edge.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/sales/{sale.Id}/ticket");
        var ticket = kind switch
        {
            "garbage" or "badHeaderGoodCookie" => "x.y",
            "tampered" => good[..^1] + (good[^1] == 'A' ? 'B' : 'A'),
            "foreign" => foreign.Sign(new Ticket(sale.Id, new Place(SigningWaitingRoom.Epoch, 1), shopper)),
            "otherSale" => edge.Tickets.Sign(new Ticket(other.Id, new Place(SigningWaitingRoom.Epoch, 1), shopper)),
            _ => null,
        };
        if (ticket is not null) request.Headers.TryAddWithoutValidation("Authorization", "Ticket " + ticket);
        if (kind == "badHeaderGoodCookie") request.Headers.Add("Cookie", $"fs-ticket-{sale.Id}={good}");
        Assert.Equal("ticketInvalid", await EdgeFixture.CodeAsync(await client.SendAsync(request)));
    }

    public static TheoryData<string> BadEnqueueTokens() =>
    [
        "garbage", "algNone", "wrongSecret", "wrongIssuer", "wrongAudience", "wrongSale", "expired", "tooFarAhead", "noExpiry",
        "noShopper", "longShopper", "asymmetric", "critical", "empty",
    ];

    [Theory]
    [MemberData(nameof(BadEnqueueTokens))]
    public async Task A_bad_enqueue_token_is_refused_and_takes_no_place(string kind)
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        var response = await client.PostAsJsonAsync(
            $"/sales/{sale.Id}/ticket", new { enqueueToken = StorefrontTokens.Bad(kind, sale) });
        Assert.Equal("enqueueTokenInvalid", await EdgeFixture.CodeAsync(response));
        Assert.Equal(1, (await EdgeFixture.JoinAsync(client, sale)).GetProperty("number").GetInt32());
    }

    [Fact]
    public async Task A_sale_for_known_shoppers_wants_the_storefronts_word_once()
    {
        var sale = await edge.SaleAsync(one => one with { Identity = IdentityRule.Storefront });
        using var client = edge.Client();
        Assert.Equal("enqueueTokenInvalid", await EdgeFixture.CodeAsync(await client.PostAsync($"/sales/{sale.Id}/ticket", null)));
        var token = new { enqueueToken = StorefrontTokens.Good(sale, "alice@example.com") };
        Assert.Equal(HttpStatusCode.Created, (await client.PostAsJsonAsync($"/sales/{sale.Id}/ticket", token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync($"/sales/{sale.Id}/ticket", null)).StatusCode);

        using var otherDevice = edge.Client();
        var same = await otherDevice.PostAsJsonAsync($"/sales/{sale.Id}/ticket", token);
        Assert.Equal(HttpStatusCode.OK, same.StatusCode);
    }

    [Fact]
    public async Task Nobody_joins_before_the_line_opens_nor_after_the_end()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var client = edge.Client();
        var later = await edge.SaleAsync(one => one with { QueueOpensAt = now.AddHours(1), StartsAt = now.AddHours(2) });
        var early = await client.PostAsync($"/sales/{later.Id}/ticket", null);
        var problem = await early.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((425, "joiningNotOpen"), ((int)early.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal(Wire.Format(later.QueueOpensAt), problem.GetProperty("queueOpensAt").GetString());

        var ended = await edge.SaleAsync(one => one with { EndsAt = now.AddSeconds(-1) });
        Assert.Equal("saleEnded", await EdgeFixture.CodeAsync(await client.PostAsync($"/sales/{ended.Id}/ticket", null)));
        var sold = await edge.SaleAsync(
            board: new LineBoard { Epoch = SigningWaitingRoom.Epoch, Next = 0, Head = 0, Sold = 100 });
        Assert.Equal("saleEnded", await EdgeFixture.CodeAsync(await client.PostAsync($"/sales/{sold.Id}/ticket", null)));
    }

    [Fact]
    public async Task A_place_outlives_the_end_and_a_buyer_is_told_so()
    {
        var sale = await edge.SaleAsync();
        using var waiter = edge.Client();
        using var buyer = edge.Client();
        await edge.CallAsync(sale, await EdgeFixture.JoinAsync(buyer, sale), 17);
        await EdgeFixture.JoinAsync(waiter, sale);
        await edge.WaitingRoom.SettleAsync(sale.Id, 1, 5);
        Assert.Equal("alreadyBought", await EdgeFixture.CodeAsync(await buyer.PostAsync($"/sales/{sale.Id}/ticket", null)));

        await edge.WaitingRoom.PublishAsync(sale.Id, edge.WaitingRoom.Board(sale.Id) with { Sold = 100, Available = 0 });
        await edge.WaitForBoardAsync(sale.Id, board => board.Sold == 100);
        var place = await waiter.PostAsync($"/sales/{sale.Id}/ticket", null);
        Assert.Equal(HttpStatusCode.OK, place.StatusCode);
        Assert.Equal("soldOut", (await place.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString());
        Assert.Equal("alreadyBought", await EdgeFixture.CodeAsync(await buyer.PostAsync($"/sales/{sale.Id}/ticket", null)));
        Assert.Equal("redeemed", (await buyer.GetFromJsonAsync<JsonElement>($"/sales/{sale.Id}/ticket")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Leaving_can_be_repeated_and_joining_again_is_at_the_end()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        Assert.Equal("ticketInvalid", await EdgeFixture.CodeAsync(await client.DeleteAsync($"/sales/{sale.Id}/ticket")));
        await EdgeFixture.JoinAsync(client, sale);
        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/sales/{sale.Id}/ticket")).StatusCode);
        var left = await client.GetFromJsonAsync<JsonElement>($"/sales/{sale.Id}/ticket");
        Assert.Equal("left", left.GetProperty("state").GetString());
        Assert.Equal(2, (await EdgeFixture.JoinAsync(client, sale)).GetProperty("number").GetInt32());
    }

    [Theory]
    [InlineData("{", "application/json", 400, "malformed")]
    [InlineData("[]", "application/json", 400, "malformed")]
    [InlineData("\"x\"", "application/json", 400, "malformed")]
    [InlineData("{\"enqueueToken\":1}", "application/json", 400, "malformed")]
    [InlineData("{\"enqueueToken\":\"a\",\"enqueueToken\":\"b\"}", "application/json", 400, "malformed")]
    [InlineData("{}", "text/plain", 415, "unsupportedMediaType")]
    [InlineData("{\"unknown\":1}", "application/json", 201, null)]
    [InlineData("{\"enqueueToken\":null}", "application/json; charset=utf-8", 201, null)]
    public async Task A_body_is_a_json_object_of_the_right_types(string body, string type, int status, string? code)
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        var response = await client.PostAsync($"/sales/{sale.Id}/ticket", content);
        Assert.Equal(status, (int)response.StatusCode);
        if (code is not null) Assert.Equal(code, await EdgeFixture.CodeAsync(response));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_larger_body_is_refused_whether_it_says_so_or_not(bool saysSo)
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/sales/{sale.Id}/ticket")
        {
            Content = new StringContent($"{{\"a\":\"{new string('x', 9000)}\"}}", Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = !saysSo;
        Assert.Equal("tooLarge", await EdgeFixture.CodeAsync(await client.SendAsync(request)));
    }

    [Theory]
    [InlineData("GET", "/sales/No_Such/ticket", 400, "malformed")]
    [InlineData("POST", "/sales/-a/ticket", 400, "malformed")]
    [InlineData("GET", "/sales/none", 404, "unknownSale")]
    [InlineData("POST", "/sales/none/ticket", 404, "unknownSale")]
    [InlineData("POST", "/sales/none/admission", 404, "unknownSale")]
    [InlineData("GET", "/gate/verify", 400, "malformed")]
    [InlineData("GET", "/nothing/here", 404, "notFound")]
    [InlineData("PUT", "/sales/none", 404, "notFound")]
    [InlineData("GET", "/line/none", 404, "unknownSale")]
    public async Task What_does_not_exist_is_a_problem(string method, string path, int status, string code)
    {
        using var client = edge.Client();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        var response = await client.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, await EdgeFixture.CodeAsync(response));
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task The_public_view_tells_a_shuffles_seed_only_when_it_is_fixed()
    {
        var board = new LineBoard { Epoch = SigningWaitingRoom.Epoch, Next = 9, Head = 0, Available = 98, Sold = 1, Admitted = 1 };
        var sale = await edge.SaleAsync(one => one with { Order = LineOrder.Shuffle }, board);
        using var client = edge.Client();
        var response = await client.GetAsync($"/sales/{sale.Id}");
        Assert.Equal("public, max-age=1", response.Headers.CacheControl!.ToString());
        var view = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(64, view.GetProperty("seedHash").GetString()!.Length);
        Assert.Equal(JsonValueKind.Null, view.GetProperty("seed").ValueKind);
        Assert.Equal("shuffle", view.GetProperty("order").GetString());
        Assert.Equal(sale.Name, view.GetProperty("name").GetString());
        Assert.Equal(1, view.GetProperty("units").GetProperty("inCarts").GetInt32());

        await edge.WaitingRoom.PublishAsync(sale.Id, board with { Shuffled = 9 });
        await edge.WaitForBoardAsync(sale.Id, one => one.Shuffled == 9);
        view = await client.GetFromJsonAsync<JsonElement>($"/sales/{sale.Id}");
        Assert.Equal(sale.Seed, view.GetProperty("seed").GetString());
    }
}
