using System.Globalization;

using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.WaitingRoom;

public sealed class IdleSaleTests
{
    private const int Sales = 10;

    /// <summary>The commands that look.lua and publish.lua alone call, once each.</summary>
    private const string Look = "zcard", Tick = "hkeys";

    [Fact]
    public async Task An_idle_sale_costs_Redis_nothing_and_who_comes_to_it_is_called()
    {
        await using var world = await LineWorld.StartAsync();
        var sales = new List<Sale>();
        for (var i = 0; i < Sales; i++) sales.Add(await world.OpenAsync(1));
        await WaitFor.TrueAsync(
            async () => await world.Database.HashLengthAsync(LineKeys.AwakeBoard) == 1 // when the leader was there
                && sales.All(sale => world.Line.Board(sale.Id) is { Asleep: true }), "all sleep, and the edge knows");

        // Ticks of the pump are the measure of time: awake, each line would be looked at in each of them.
        var (looks, ticks) = (await CountAsync(world, Look), await CountAsync(world, Tick));
        await WaitFor.TrueAsync(async () => await CountAsync(world, Tick) - ticks >= 100, "the pump goes on");
        Assert.True(await CountAsync(world, Look) - looks < 100 * Sales / 10);

        foreach (var sale in sales.Take(3))
        {
            var ticket = await world.JoinAsync(sale, "first");
            await world.UntilAsync(sale, ticket, PlaceState.Admitted);
        }
    }

    [Fact]
    public async Task A_join_to_a_line_that_sleeps_tells_the_leader()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1);
        await WaitFor.TrueAsync(() => Task.FromResult(world.Line.Board(sale.Id) is { Asleep: true }), "it sleeps");
        await world.Rooms[0].StopAsync();
        await world.JoinAsync(sale, "first");
        var woken = await world.Database.HashKeysAsync(LineKeys.Woken);
        Assert.Equal([sale.Id.Value], woken.Select(name => (string?)name));
    }

    [Fact]
    public async Task An_edge_that_starts_later_knows_of_lines_that_sleep()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1);
        await SleepsAsync(world, sale);
        await world.StartEdgeAsync();
        await WaitFor.TrueAsync(
            () => Task.FromResult(world.Edge(1).Board(sale.Id) is { Asleep: true }), "the edge knows the line");
    }

    [Fact]
    public async Task A_board_that_Redis_loses_is_written_again_though_its_line_sleeps()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1);
        await SleepsAsync(world, sale);
        await world.Database.KeyDeleteAsync([LineKeys.Board, LineKeys.AwakeBoard]);
        await WaitFor.TrueAsync(
            () => world.Database.HashExistsAsync(LineKeys.Board, sale.Id.Value), "the board is there again");
    }

    private static Task SleepsAsync(LineWorld world, Sale sale) => WaitFor.TrueAsync(
        async () => world.Line.Board(sale.Id) is { Asleep: true }
            && !await world.Database.HashExistsAsync(LineKeys.AwakeBoard, sale.Id.Value), "it sleeps");

    /// <summary>How often Redis has run a command, by itself or in a script.</summary>
    private static async Task<long> CountAsync(LineWorld world, string command)
    {
        var info = await world.Redis.GetServers()[0].InfoAsync("commandstats");
        var line = info.SelectMany(group => group).FirstOrDefault(pair => pair.Key == $"cmdstat_{command}").Value;
        return line is null ? 0 : long.Parse(line.Split(',')[0]["calls=".Length..], CultureInfo.InvariantCulture);
    }
}
