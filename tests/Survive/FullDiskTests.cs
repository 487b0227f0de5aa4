using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Tests.Checkout;
using FlashSale.Tests.Support;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Survive;

public sealed class FullDiskTests
{
    /// <summary>A server looks for room for its binlog once a minute.</summary>
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(150);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invariant7_A_ledger_with_a_full_disk_refuses_loses_nothing_and_goes_on_when_there_is_room()
    {
        await using var disk = await FullDisk.StartAsync(Cancel);
        await using var host = await CheckoutHost.StartAsync(disk.Server.ConnectionString);
        var sale = await host.SaleAsync(100_000, new { paySeconds = 30 });
        var acknowledged = new Dictionary<string, string>();
        var unit = 0;
        await disk.FillAsync(Cancel);

        // What still has room is a promise like any other; then everybody hears to come back.
        string token;
        HttpResponseMessage answer;
        while ((answer = await ReserveAsync(host, sale, token = host.Tokens.Sign(sale, ++unit))).StatusCode == HttpStatusCode.Created)
            acknowledged.Add(await IdAsync(answer), token);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (answer.StatusCode, answer.Headers.RetryAfter?.Delta > TimeSpan.Zero));
        answer.Dispose();

        // Nobody is called to a cart that cannot be filled.
        using var service = new HttpClient { BaseAddress = host.Http.BaseAddress };
        service.DefaultRequestHeaders.Authorization = ServiceKey.Header(CheckoutHost.ServiceKeyText);
        await WaitFor.TrueAsync(
            async () => !(await service.GetAsync("/internal/ledger", Cancel)).IsSuccessStatusCode, "the line holds still");
        await WaitFor.TrueAsync(() => IsOutAsync(disk, host), "it is an outage");

        await disk.MakeRoomAsync(Cancel);
        var room = Stopwatch.StartNew();
        do answer = await ReserveAsync(host, sale, token);
        while (!answer.IsSuccessStatusCode && room.Elapsed < s_recovery);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} {room.Elapsed} after there was room");
        acknowledged.Add(await IdAsync(answer), token);
        TestContext.Current.SendDiagnosticMessage("{0} on {1}; refused until {2} after there was room", acknowledged.Count, disk, room.Elapsed);

        foreach (var (id, own) in acknowledged)
        {
            var read = await host.SendAsync(HttpMethod.Get, $"/reservations/{id}", null, own);
            Assert.Equal((200, "held"), (read.Status, read.Text("state")));
        }

        await WaitFor.TrueAsync(
            async () => await host.CountAsync("SELECT COUNT(*) FROM ledger_outages") > 0, "the carts get the time back");
        Assert.True(await Audits.IsOkAsync(host, sale));
    }

    private static async Task<bool> IsOutAsync(FullDisk disk, CheckoutHost host)
    {
        try
        {
            // Longer than a beat that waits for room can be young.
            return await host.CountAsync("SELECT beat_at < UTC_TIMESTAMP(3) - INTERVAL 4 SECOND FROM ledger_pulse") == 1;
        }
        catch (MySqlException) when (disk.HasEnded)
        {
            return true;
        }
    }

    private static async Task<HttpResponseMessage> ReserveAsync(CheckoutHost host, string sale, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/sales/{sale}/reservations");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await host.Http.SendAsync(request, Cancel);
    }

    private static async Task<string> IdAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("id").GetString()!;
        }
    }
}
