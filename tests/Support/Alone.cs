using Xunit;

namespace FlashSale.Tests.Support;

/// <summary>Tests of this collection run after all others, one at a time: they measure this process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
