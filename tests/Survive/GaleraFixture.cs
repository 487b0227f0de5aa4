using FlashSale.Local.Servers;

using Xunit;

namespace FlashSale.Tests.Survive;

/// <summary>One Galera cluster for all tests of a class.</summary>
public sealed class GaleraFixture : IAsyncLifetime
{
    public GaleraNodes Nodes { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Nodes = await GaleraNodes.StartAsync();

    public ValueTask DisposeAsync() => Nodes?.DisposeAsync() ?? ValueTask.CompletedTask;
}
