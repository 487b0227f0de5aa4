using FlashSale.Contract;
using FlashSale.Local.Processes;
using FlashSale.Local.Servers;
using FlashSale.Queue;
using FlashSale.Tests.Support;
using FlashSale.Tests.WaitingRoom;

using Xunit;

namespace FlashSale.Tests.Survive;

/// <summary>Redis comes back without what it had acknowledged, in the ways in which real servers do.</summary>
public sealed class RedisDataLossTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invariant8_Redis_killed_and_started_from_an_old_copy_or_without_its_file(bool hasCopy)
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-loss-");
        try
        {
            var (data, copy) = (Path.Combine(folder.FullName, "redis"), Path.Combine(folder.FullName, "copy"));
            await using var server = new PrivateRedis(
                data, Path.Combine(folder.FullName, "redis.log"), FreePort.Next(), Durability.Full);
            await server.StartAsync(default);
            await using var world = await LineWorld.StartAsync(redis: server.ConnectionString);

            var story = await Story.UntilTheUnitIsInACartAsync(world);
            if (hasCopy) CopyFolder(data, copy);
            await story.GoOnAsync();
            await server.Process!.KillAsync();
            Directory.Delete(data, recursive: true);
            if (hasCopy) CopyFolder(copy, data);
            await server.StartAsync(default);

            await story.EndsWellAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Invariant8_A_replica_that_lagged_behind_is_promoted()
    {
        await using var nodes = await RedisNodes.StartSentinelsAsync();
        await using var world = await LineWorld.StartAsync(redis: nodes.ConnectionString);

        var story = await Story.UntilTheUnitIsInACartAsync(world);
        await nodes.CutReplicaAsync();
        await story.GoOnAsync();
        await nodes.FailOverAsync();

        await story.EndsWellAsync();
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>One unit, five shoppers: what was acknowledged after the first part must outlive the loss of it.</summary>
    private sealed class Story(LineWorld world, Sale sale, List<Ticket> tickets, ClaimAnswer cart)
    {
        private Ticket _late;
        private ClaimAnswer? _promise;
        private uint _epoch;

        public static async Task<Story> UntilTheUnitIsInACartAsync(LineWorld world)
        {
            // A failover takes as long as the Sentinels' elections do; the turn must not run out meanwhile.
            var sale = await world.OpenAsync(1, sale => sale with { PresenceSeconds = 30, ClaimSeconds = 600 });
            var tickets = await world.JoinManyAsync(sale, 4);
            await world.UntilAsync(sale, tickets[0], PlaceState.Admitted);
            var cart = (await world.ClaimAsync(tickets[0])).Answer!;
            Assert.True(world.Checkout.Hold(sale.Id, cart));
            await world.UntilAsync(sale, tickets[0], PlaceState.Redeemed);
            return new Story(world, sale, tickets, cart);
        }

        /// <summary>The unit comes back and is promised to the second; one more joins.</summary>
        public async Task GoOnAsync()
        {
            world.Checkout.Release(sale.Id, cart.AdmissionId);
            await world.UntilAsync(sale, tickets[1], PlaceState.Admitted);
            _promise = (await world.ClaimAsync(tickets[1])).Answer!;
            _late = await world.JoinAsync(sale, "late");
            _epoch = world.Line.Board(sale.Id)!.Epoch;
        }

        public async Task EndsWellAsync()
        {
            await WaitFor.TrueAsync(
                () => Task.FromResult(world.Line.Board(sale.Id) is { StoppedBecause: null } board && board.Epoch > _epoch),
                "a new epoch runs");
            List<Ticket> all = [.. tickets, _late];
            foreach (var ticket in Enumerable.Reverse(all)) await world.StatusAsync(sale, ticket);

            // The unit is promised to the second and to nobody else; who has joined has the place that was acknowledged.
            Assert.Equal(PlaceState.Released, (await world.StatusAsync(sale, tickets[0])).State);
            Assert.Equal(tickets[1].Place, Assert.Single(await world.AdmittedAsync(sale)).Place);
            var again = (await world.ClaimAsync(tickets[1])).Answer!;
            Assert.Equal((_promise!.AdmissionId, _promise.Unit), (again.AdmissionId, again.Unit));
            Assert.Equal(_late.Place, (await world.JoinAsync(sale, "late")).Place);

            // And it goes on in the order of the tickets, the late one's after all.
            Assert.True(world.Checkout.Hold(sale.Id, again));
            await world.UntilAsync(sale, tickets[1], PlaceState.Redeemed);
            world.Checkout.Release(sale.Id, again.AdmissionId);
            await world.UntilAsync(sale, tickets[2], PlaceState.Admitted);
            foreach (var ticket in all[3..])
                Assert.Equal(PlaceState.Waiting, (await world.StatusAsync(sale, ticket)).State);
        }
    }
}
