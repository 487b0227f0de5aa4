using System.Text.Json;
using System.Text.Json.Serialization;

using FlashSale.Contract;
using FlashSale.Local.Servers;

namespace FlashSale.Local;

/// <summary>The content of <c>state.json</c>: what runs, with pids and secrets, for tools and tests; mode 0600.</summary>
/// <param name="Up">The pid of the supervising <c>up</c>.</param>
public sealed record SystemState(
    int Up,
    string AdminKey,
    IReadOnlyList<RunningService> Edges,
    IReadOnlyList<RunningService> Waitingrooms,
    IReadOnlyList<RunningService> Checkouts,
    RunningService PaymentSimulator,
    RunningRedis Redis,
    RunningMySql Mysql,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<RunningSample>? Samples = null)
{
    private static readonly JsonSerializerOptions s_json = new(Wire.Json) { WriteIndented = true };

    public Task WriteAsync(DataFolder data, CancellationToken cancel) =>
        SecretFile.WriteAsync(data.StateFile, JsonSerializer.Serialize(this, s_json) + "\n", cancel);

    /// <summary>Null when nothing runs there, or it is not ready yet.</summary>
    public static async Task<SystemState?> ReadAsync(DataFolder data, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!data.IsInUse() || !File.Exists(data.StateFile)) return null;
        return JsonSerializer.Deserialize<SystemState>(await File.ReadAllTextAsync(data.StateFile, cancel), s_json);
    }

    /// <exception cref="CommandFailedException">Nothing runs there.</exception>
    public static async Task<SystemState> RequireAsync(DataFolder data, CancellationToken cancel) =>
        await ReadAsync(data, cancel)
        ?? throw new CommandFailedException($"nothing runs in {data.Path}; start it with ./flashsale up");
}
