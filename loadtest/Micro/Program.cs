using BenchmarkDotNet.Running;

namespace FlashSale.Micro;

/// <summary>
/// <c>dotnet run -c Release --project loadtest/Micro -- --filter '*'</c>: what the few functions on the edge's hot path
/// cost, in nanoseconds and in bytes allocated.
/// </summary>
public static class Program
{
    public static void Main(string[] args) =>
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
