using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Local.Processes;
using FlashSale.Local.Servers;

namespace FlashSale.Local;

/// <summary>
/// The storefronts of <c>--with-samples</c>: both sell the first sale's units as the storefront <c>demo</c>, beside the
/// built-in shop. Their ports and their API key (which is shown only once) stay in the data folder.
/// </summary>
public sealed class Samples
{
    private const string Storefront = "demo";
    private const string Sale = "xphone";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly (string Name, string Url, Watched Child)[] _all;

    private Samples((string, string, Watched)[] all) => _all = all;

    public IReadOnlyList<Watched> Children => [.. _all.Select(one => one.Child)];

    public IReadOnlyList<RunningSample> Running =>
        [.. _all.Select(one => new RunningSample(one.Name, one.Url, one.Url + "/buy", one.Child.Pid))];

    /// <summary>Registers them with the running system; they are not started yet.</summary>
    public static async Task<Samples> PrepareAsync(
        string edgeUrl, Secrets secrets, DataFolder data, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentNullException.ThrowIfNull(data);
        var file = Path.Combine(data.Path, "samples.json");
        var kept = File.Exists(file)
            ? JsonSerializer.Deserialize<Kept>(await File.ReadAllTextAsync(file, cancel), Wire.Json)! : new Kept(0, 0, RandomNumberGenerator.GetHexString(64), null);
        kept = kept with { AspNetCorePort = Port(kept.AspNetCorePort), NodePort = Port(kept.NodePort) };
        var urls = new[] { $"http://127.0.0.1:{kept.AspNetCorePort}", $"http://127.0.0.1:{kept.NodePort}" };
        kept = kept with { ApiKey = await RegisterAsync(edgeUrl, secrets.AdminKey, kept.EnqueueSecret, urls, cancel) ?? kept.ApiKey };
        await SecretFile.WriteAsync(file, JsonSerializer.Serialize(kept, Wire.Json), cancel);
        await NodePackages.InstallAsync(cancel);
        return new Samples(
        [
            ("aspnetcore", urls[0], Watch("sample-aspnetcore", AspNetCore(edgeUrl, urls[0], kept, data))),
            ("node", urls[1], Watch("sample-node", Node(edgeUrl, urls[1], kept, data))),
        ]);
    }

    private static Watched Watch(string name, ChildStart start) => new(name, _ => ChildProcess.StartAsync(start), s_patience);

    private static ChildStart AspNetCore(string edge, string url, Kept kept, DataFolder data) =>
        new ServiceRecipe(
            "sample-aspnetcore", "samples/aspnetcore", "FlashSale.Sample.AspNetCore", url, new Dictionary<string, string>
            {
                ["WaitingRoom:Edge"] = edge,
                ["WaitingRoom:Storefront"] = Storefront,
                ["WaitingRoom:Sale"] = Sale,
                ["WaitingRoom:EnqueueSecret"] = kept.EnqueueSecret,
                ["WaitingRoom:ApiKey"] = kept.ApiKey ?? "",
            }).Start(data);

    private static ChildStart Node(string edge, string url, Kept kept, DataFolder data) => new(
        NodePackages.Program("node"), [Path.Combine(Repository.Root, "samples/node/server.mjs")], data.LogOf("sample-node"),
        new Dictionary<string, string>
        {
            ["PORT"] = new Uri(url).Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["ORIGIN"] = url,
            ["EDGE"] = edge,
            ["STOREFRONT"] = Storefront,
            ["SALE"] = Sale,
            ["ENQUEUE_SECRET"] = kept.EnqueueSecret,
            ["API_KEY"] = kept.ApiKey ?? "",
        });

    /// <summary>Adds the origins and sets the secret; the API key when this call made it.</summary>
    private static async Task<string?> RegisterAsync(
        string edge, string adminKey, string enqueueSecret, string[] origins, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = new Uri(edge) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", adminKey);
        var path = $"/admin/storefronts/{Storefront}";
        var known = await http.GetFromJsonAsync<JsonElement>(path, cancel);
        var all = known.GetProperty("returnOrigins").EnumerateArray().Select(origin => origin.GetString()!).Union(origins);
        using var answer = await http.PutAsJsonAsync(
            path, new { returnOrigins = all, enqueueSecret }, Wire.Json, cancel);
        if (!answer.IsSuccessStatusCode)
            throw new CommandFailedException($"PUT {path}: {await answer.Content.ReadAsStringAsync(cancel)}");
        var saved = await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
        return saved.TryGetProperty("apiKey", out var key) ? key.GetString() : null;
    }

    private static int Port(int kept) => kept > 0 && FreePort.IsFree(kept) ? kept : FreePort.Next();

    private sealed record Kept(int AspNetCorePort, int NodePort, string EnqueueSecret, string? ApiKey);
}
