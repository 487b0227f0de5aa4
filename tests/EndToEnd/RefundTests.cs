using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.EndToEnd;

/// <summary>A unit comes back into a sale that was over.</summary>
public sealed class RefundTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refunded_unit_opens_a_sold_out_line_again_and_who_waited_is_told_and_buys_it()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync(TestSystem.SaleOf(units: 1, claimSeconds: 300, paySeconds: 300));
        var (buyer, next) = (system.Shopper(sale), system.Shopper(sale));
        await buyer.JoinsAsync();
        await next.JoinsAsync();
        await buyer.BuysAsync();
        await next.IsToldAsync("soldOut");

        var (status, body) = await RefundAsync(system, buyer.ReservationId!, "k", new { unit = "resell" });
        Assert.Equal(202, status);
        Assert.Contains(body.GetProperty("state").GetString(), (string[])["refunding", "refunded"]);
        await next.BuysAsync();
        Assert.Equal("refunded", (await buyer.ReadAsync(Cancel)).Require().State);
        await system.AuditsAsync(sale, sold: 1);
        Assert.Equal("alreadyBought", (await buyer.JoinAsync(Cancel)).Problem);

        // One who may join again does; a unit that is withdrawn nobody gets.
        Assert.Equal(202, (await RefundAsync(system, next.ReservationId!, "k", new { unit = "resell", mayJoinAgain = true })).Status);
        // Their place of before is still theirs until the room has heard of all this.
        var before = (await next.PollAsync(Cancel)).Require().Number;
        await WaitFor.TrueAsync(
            async () => (await next.JoinAsync(Cancel)).Body is { } place && place.Number != before, "the buyer joins again");
        await next.BuysAsync();
        await system.AuditsAsync(sale, sold: 1);
        Assert.Equal((409, "inventoryInUse"), await SaidAsync(system, next.ReservationId!, "w", new { unit = "withdraw" }));
        Assert.Equal((409, "notSold"), await SaidAsync(system, buyer.ReservationId!, "other", new { unit = "resell" }));
        Assert.Equal((422, "idempotencyKeyReused"), await SaidAsync(system, buyer.ReservationId!, "k", new { unit = "withdraw" }));
        Assert.Equal((400, "malformed"), await SaidAsync(system, buyer.ReservationId!, "k", new { unit = "burn" }));
        Assert.Equal((404, "notFound"), await SaidAsync(system, $"{sale}_{Guid.NewGuid():N}", "k", new { unit = "resell" }));
    }

    private static async Task<(int, string?)> SaidAsync(TestSystem system, string reservation, string key, object body)
    {
        var (status, answer) = await RefundAsync(system, reservation, key, body);
        return (status, answer.GetProperty("code").GetString());
    }

    private static async Task<(int Status, JsonElement Body)> RefundAsync(
        TestSystem system, string reservation, string key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/admin/reservations/{reservation}/refund");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", system.Secrets.AdminKey);
        request.Headers.Add("Idempotency-Key", key);
        request.Content = JsonContent.Create(body);
        using var answer = await system.Edge.SendAsync(request, Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }
}
