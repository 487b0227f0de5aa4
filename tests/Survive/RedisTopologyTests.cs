using FlashSale.Contract;
using FlashSale.Local.Servers;
using FlashSale.Queue;
using FlashSale.Tests.Support;
using FlashSale.Tests.WaitingRoom;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Xunit;

namespace FlashSale.Tests.Survive;

public sealed class RedisTopologyTests
{
    [Fact]
    public async Task In_a_Cluster_sales_on_every_node_are_served_and_outlive_the_loss_of_the_lease()
    {
        await using var nodes = await RedisNodes.StartClusterAsync();
        await using var world = await LineWorld.StartAsync(rooms: 2, redis: nodes.ConnectionString);
        var leaseNode = await nodes.NodeOfAsync(LineKeys.Lease);
        var sales = new Dictionary<int, Sale>();
        while (sales.Count < 3)
        {
            var sale = await world.OpenAsync(3);
            sales.TryAdd(await nodes.NodeOfAsync(new LineKeys(sale.Id).Line), sale);
        }

        foreach (var sale in sales.Values)
            await world.UntilAsync(sale, await world.JoinAsync(sale, "first"), PlaceState.Admitted);

        // The lease's node comes back empty; the board, and two of the three lines, are on others and know nothing of it.
        var epochs = sales.ToDictionary(pair => pair.Key, pair => world.Line.Board(pair.Value.Id)!.Epoch);
        await nodes.RestartAsync(leaseNode);
        foreach (var (node, sale) in sales)
        {
            Ticket ticket = default;
            await WaitFor.TrueAsync(async () =>
            {
                if (await world.Line.JoinAsync(sale, LineWorld.Shopper("second"), after: 0) is not JoinOutcome.Joined joined) return false;
                ticket = new Ticket(sale.Id, joined.Place, LineWorld.Shopper("second"));
                return true;
            }, "a place");
            if (node == leaseNode)
            {
                // This line is lost with its node, and whoever leads now was not sure to have led: no promise is broken.
                await WaitFor.TrueAsync(() => Task.FromResult(
                    world.Line.Board(sale.Id)!.StoppedBecause == "units may be promised that are not known of"), "it says so");
                continue;
            }

            await world.UntilAsync(sale, ticket, PlaceState.Admitted);
            Assert.Equal(2, (await world.AdmittedAsync(sale)).Select(one => one.Unit).Distinct().Count());
            Assert.Equal(epochs[node], ticket.Place.Epoch);
            await WaitFor.TrueAsync(() => Task.FromResult(world.Line.Board(sale.Id)!.Admitted == 2), "the board is told again");
        }
    }

    [Fact]
    public async Task Sentinels_promote_a_replica_and_places_units_and_order_are_kept()
    {
        await using var nodes = await RedisNodes.StartSentinelsAsync();
        await using var world = await LineWorld.StartAsync(redis: nodes.ConnectionString);
        // The turn must not run out while the Sentinels elect.
        var sale = await world.OpenAsync(2, sale => sale with { PresenceSeconds = 20, ClaimSeconds = 600 });
        var tickets = await world.JoinManyAsync(sale, 4);
        await world.UntilAsync(sale, tickets[1], PlaceState.Admitted);
        var promise = (await world.ClaimAsync(tickets[0])).Answer!;
        Assert.True(world.Checkout.Hold(sale.Id, promise));
        await world.UntilAsync(sale, tickets[0], PlaceState.Redeemed);
        var epoch = world.Line.Board(sale.Id)!.Epoch;

        await nodes.FailOverAsync();
        await WaitFor.TrueAsync(() => Task.FromResult(world.Line.Board(sale.Id)!.Epoch > epoch), "a new epoch on the replica");
        foreach (var ticket in Enumerable.Reverse(tickets)) await world.StatusAsync(sale, ticket);
        Assert.Equal(PlaceState.Redeemed, (await world.StatusAsync(sale, tickets[0])).State);
        Assert.Equal(PlaceState.Admitted, (await world.StatusAsync(sale, tickets[1])).State);
        world.Checkout.Release(sale.Id, promise.AdmissionId);
        await world.UntilAsync(sale, tickets[2], PlaceState.Admitted);
        Assert.Equal(PlaceState.Waiting, (await world.StatusAsync(sale, tickets[3])).State);
    }

    [Fact]
    public async Task Who_starts_while_no_Sentinel_answers_finds_the_primary_once_they_do()
    {
        await using var nodes = await RedisNodes.StartSentinelsAsync();
        foreach (var port in nodes.Sentinels) await nodes.KillAsync(port);
        using var redis = new LineRedis(
            Options.Create(new LineOptions { Redis = nodes.ConnectionString }), NullLogger<LineRedis>.Instance);
        await Assert.ThrowsAsync<LineUnavailableException>(() => redis.UseAsync(database => database.PingAsync()));

        foreach (var port in nodes.Sentinels) await nodes.RestartAsync(port);
        await WaitFor.TrueAsync(async () =>
        {
            try
            {
                return await redis.UseAsync(database => database.PingAsync()) > TimeSpan.Zero;
            }
            catch (LineUnavailableException)
            {
                return false;
            }
        }, "Redis answers");
    }
}
