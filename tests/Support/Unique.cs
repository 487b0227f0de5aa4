using System.Security.Cryptography;

using FlashSale.Tests.Support;

using Xunit;

[assembly: AssemblyFixture(typeof(TestServers))]

namespace FlashSale.Tests.Support;

/// <summary>Names that no other test uses.</summary>
public static class Unique
{
    /// <summary>A sale or storefront id: <c>{prefix}-{16 hex digits}</c>.</summary>
    public static string Name(string prefix = "s") => $"{prefix}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
}
