using System.Diagnostics;

using FlashSale.Local.Processes;

using Xunit;

namespace FlashSale.Tests.PaymentSimulator;

/// <summary>The simulator in front of Stripe's own Node client, which has types of its own to hold it to.</summary>
public sealed class NodeClientTests
{
    [Fact]
    public async Task Stripes_Node_client_goes_through_the_whole_life_of_an_intent_and_every_answer_is_of_its_types()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var folder = Path.Combine(AppContext.BaseDirectory, "../../../PaymentSimulator/Node");
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules/stripe")), "npm ci has not run: build the tests");
        string[] arguments = ["life.mjs", simulator.Url.TrimEnd('/'), SimulatorHost.ApiKey, "pk_test_simulator"];
        var node = await Tool.RunAsync(
            new ProcessStartInfo("node", arguments) { WorkingDirectory = folder }, cancel: TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, node.Errors);
        Assert.Contains("are of the client's own types", node.Output, StringComparison.Ordinal);
    }
}
