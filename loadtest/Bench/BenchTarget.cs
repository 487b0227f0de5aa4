namespace FlashSale.LoadTest.Bench;

/// <summary>The running system that is measured.</summary>
public sealed record BenchTarget(Uri Edge, string AdminKey, string MySql, string Redis, BaselinePrograms Baselines);
