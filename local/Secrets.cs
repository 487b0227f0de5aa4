using System.Security.Cryptography;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Local.Servers;

namespace FlashSale.Local;

/// <summary>What one system's parts know each other by; made once per data folder, kept in <c>secrets.json</c> (0600).</summary>
public sealed record Secrets(
    string AdminKey, string ServiceKey, string TicketKeys, string MySqlPassword, string StripeApiKey, string WebhookSecret)
{
    private const int KeyBytes = 32;

    /// <summary>The folder's secrets; the admin key is the environment's when that names one.</summary>
    public static async Task<Secrets> LoadAsync(DataFolder data, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!File.Exists(data.SecretsFile))
            await SecretFile.WriteAsync(data.SecretsFile, JsonSerializer.Serialize(New(), Wire.Json), cancel);
        var text = await File.ReadAllTextAsync(data.SecretsFile, cancel);
        var secrets = JsonSerializer.Deserialize<Secrets>(text, Wire.Json)!;
        return Environment.GetEnvironmentVariable("FLASHSALE_ADMIN_KEY") is { Length: > 0 } key
            ? secrets with { AdminKey = key }
            : secrets;
    }

    /// <summary>New random ones.</summary>
    public static Secrets New() => new(
        AdminKey: "fsa_" + Random(),
        ServiceKey: Random(),
        TicketKeys: "k1:" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)),
        MySqlPassword: Random(),
        StripeApiKey: "sk_test_" + Random(),
        WebhookSecret: "whsec_" + Random());

    private static string Random() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));
}
