using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.Simulation;

/// <summary>Writes what was compared, when <c>FLASHSALE_MODEL_RECORD</c> names a file.</summary>
public sealed class LineRecord : IAsyncLifetime
{
    private static readonly JsonSerializerOptions s_json = new(Wire.Json) { WriteIndented = true };

    internal List<object> Runs { get; } = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Environment.GetEnvironmentVariable("FLASHSALE_MODEL_RECORD") is not { } file) return;
        var (machine, commit) = (Provenance.Machine(), await Provenance.CommitAsync(default));
        var record = new { machine, commit, runs = Runs };
        await File.WriteAllTextAsync(
            Path.Combine(Repository.Root, file), JsonSerializer.Serialize(record, s_json) + "\n");
    }
}
