using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using Xunit;

namespace FlashSale.Tests.Gateway;

public sealed class ClaimTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    [Fact]
    public async Task Who_is_called_claims_the_same_admission_however_often_and_passes_the_gate()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        await edge.CallAsync(sale, await EdgeFixture.JoinAsync(client, sale), 17);
        var place = await client.GetFromJsonAsync<JsonElement>($"/sales/{sale.Id}/ticket");
        Assert.Equal("admitted", place.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.String, place.GetProperty("redeemBy").ValueKind);

        var claims = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.PostAsync($"/sales/{sale.Id}/admission", null)));
        Assert.All(claims, claim => Assert.Equal(HttpStatusCode.OK, claim.StatusCode));
        var bodies = await Task.WhenAll(claims.Select(claim => claim.Content.ReadFromJsonAsync<JsonElement>()));
        Assert.Single(bodies.Select(body => body.GetProperty("admissionId").GetString()).Distinct());
        Assert.Equal(17, bodies[0].GetProperty("unit").GetInt32());
        Assert.Equal($"/shop/{sale.Id}/cart", bodies[0].GetProperty("continueUrl").GetString());

        var reserved = await client.PostAsync($"/sales/{sale.Id}/reservations", null);
        Assert.Equal(HttpStatusCode.OK, reserved.StatusCode);
    }

    [Fact]
    public async Task A_foreign_storefront_gets_the_token_in_its_url()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        await edge.CallAsync(sale, await EdgeFixture.JoinAsync(client, sale), 3);
        var url = EchoCheckout.ReturnOrigin + "/cart?colour=red#top";
        var claim = await client.PostAsJsonAsync($"/sales/{sale.Id}/admission", new { returnUrl = url });
        var body = await claim.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            $"{EchoCheckout.ReturnOrigin}/cart?colour=red&admission={body.GetProperty("token").GetString()}#top",
            body.GetProperty("continueUrl").GetString());

        var refused = await client.PostAsJsonAsync(
            $"/sales/{sale.Id}/admission", new { returnUrl = "https://evil.example/" });
        Assert.Equal("returnUrlNotAllowed", await EdgeFixture.CodeAsync(refused));
    }

    [Fact]
    public async Task Who_is_not_called_is_told_the_place()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        Assert.Equal("ticketInvalid", await EdgeFixture.CodeAsync(await client.PostAsync($"/sales/{sale.Id}/admission", null)));
        await EdgeFixture.JoinAsync(client, sale);
        var response = await client.PostAsync($"/sales/{sale.Id}/admission", null);
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("notYourTurn", problem.GetProperty("code").GetString());
        Assert.Equal(1, problem.GetProperty("place").GetProperty("number").GetInt32());
    }

    /// <summary>A shopper asks any edge; the one that told of the turn has read a newer board.</summary>
    [Fact]
    public async Task A_turn_that_this_edge_has_not_heard_of_yet_is_claimed()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        var place = await EdgeFixture.JoinAsync(client, sale);
        await edge.WaitingRoom.AdmitAsync(sale.Id, place.GetProperty("number").GetUInt32(), 17, tells: false);
        var claim = await client.PostAsync($"/sales/{sale.Id}/admission", null);
        Assert.Equal(HttpStatusCode.OK, claim.StatusCode);
        Assert.Equal(17, (await claim.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("unit").GetInt32());
    }

    [Theory]
    [InlineData(1, 410, "admissionMissed")]
    [InlineData(4, 410, "admissionSpent")]
    [InlineData(5, 409, "alreadyBought")]
    public async Task What_has_become_of_the_admission_is_told(int state, int status, string code)
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        await edge.CallAsync(sale, await EdgeFixture.JoinAsync(client, sale), 17);
        await edge.WaitingRoom.SettleAsync(sale.Id, 1, state);
        var response = await client.PostAsync($"/sales/{sale.Id}/admission", null);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, await EdgeFixture.CodeAsync(response));
    }

    [Fact]
    public async Task The_line_page_comes_back_only_to_allowed_places()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        var page = await client.GetAsync($"/line/{sale.Id}?returnUrl=%2Fshop%2F{sale.Id}%2Fcart");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("script-src 'self' 'sha256-", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains(page.Headers.GetValues("Set-Cookie"), one => one.StartsWith("fs-visitor=", StringComparison.Ordinal));
        Assert.Equal("no-store", page.Headers.CacheControl!.ToString()); // No cache hands one visitor's cookie to another.
        foreach (var evil in new[] { "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)" })
            Assert.Equal("returnUrlNotAllowed", await EdgeFixture.CodeAsync(
                await client.GetAsync($"/line/{sale.Id}?returnUrl={Uri.EscapeDataString(evil)}")));
    }

    [Fact]
    public async Task A_browser_without_script_joins_waits_and_goes_on()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        using var check = Form("check");
        var joined = await client.PostAsync($"/line/{sale.Id}?returnUrl=%2Fshop%2Fa", check);
        Assert.Equal(HttpStatusCode.SeeOther, joined.StatusCode);
        Assert.Equal($"/line/{sale.Id}?returnUrl=%2Fshop%2Fa&view=plain", joined.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(joined.Headers.Location)).StatusCode);

        var place = await client.GetFromJsonAsync<JsonElement>($"/sales/{sale.Id}/ticket");
        await edge.CallAsync(sale, place, 9);
        using var again = Form("check");
        var admitted = await client.PostAsync($"/line/{sale.Id}?returnUrl=%2Fshop%2Fa", again);
        Assert.Equal("/shop/a", admitted.Headers.Location!.OriginalString);
        Assert.Contains(admitted.Headers.GetValues("Set-Cookie"), one => one.StartsWith($"fs-admission-{sale.Id}=", StringComparison.Ordinal));

        using var leave = Form("leave");
        Assert.Equal(HttpStatusCode.SeeOther, (await client.PostAsync($"/line/{sale.Id}", leave)).StatusCode);
        using var wrong = Form("dance");
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync($"/line/{sale.Id}", wrong)).StatusCode);
    }

    private static FormUrlEncodedContent Form(string action) => new([KeyValuePair.Create("action", action)]);
}
