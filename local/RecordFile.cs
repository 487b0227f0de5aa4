using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.Local;

/// <summary>A committed result that grows run by run: read before a run, and replaced after it.</summary>
public static class RecordFile
{
    private static readonly JsonSerializerOptions s_json = new(Wire.Json) { WriteIndented = true };

    /// <summary>What the file has; null when there is no file yet.</summary>
    /// <param name="what">What it should hold, for who is told that it holds something else.</param>
    /// <exception cref="UsageException">The file holds something else.</exception>
    public static T? Read<T>(string file, string what) where T : class
    {
        if (!File.Exists(file)) return null;
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(file), s_json) ?? throw new UsageException($"{file} holds no {what}");
        }
        catch (JsonException error)
        {
            throw new UsageException($"{file} holds no {what}: {error.Message}");
        }
    }

    /// <summary>Replaces the file as a whole, so that a run that is ended half-way leaves what it had shown.</summary>
    public static async Task WriteAsync<T>(string file, T record, CancellationToken cancel)
    {
        var half = file + ".new";
        await File.WriteAllTextAsync(half, JsonSerializer.Serialize(record, s_json) + "\n", cancel);
        File.Move(half, file, overwrite: true);
    }
}
