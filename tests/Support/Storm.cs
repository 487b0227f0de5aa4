using Xunit;

namespace FlashSale.Tests.Support;

/// <summary>
/// Tests of this collection keep every processor busy. They run beside others, but one at a time: two of them would starve
/// each other's servers.
/// </summary>
[CollectionDefinition(Name)]
public sealed class Storm
{
    public const string Name = "storm";
}
