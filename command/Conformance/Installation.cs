using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace FlashSale.Command.Conformance;

/// <summary>
/// What <c>--data DIR</c> opens: the operator's key, the signing keys, and the edges' processes, for the checks that need
/// more than a shopper can do.
/// </summary>
internal sealed class Installation(string directory)
{
    private const int StopSignal = 19;
    private const int ContinueSignal = 18;

    private JsonElement State =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(directory, "state.json"))).RootElement;

    /// <summary>The private key with that id.</summary>
    public ECDsa? SigningKey(string? kid)
    {
        var file = Directory.EnumerateFiles(directory, "*.pem", SearchOption.AllDirectories)
            .FirstOrDefault(path => kid is not null && Path.GetFileName(path).Contains(kid, StringComparison.Ordinal));
        if (file is null) return null;
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(file));
        return key;
    }

    /// <summary>Makes the waiting room sign with a new key.</summary>
    public async Task RotateKeysAsync(HttpClient http, CancellationToken cancel)
    {
        var edge = State.GetProperty("edges")[0].GetProperty("url").GetString();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{edge}/admin/keys/rotate");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", State.GetProperty("adminKey").GetString());
        using var answer = await http.SendAsync(request, cancel).ConfigureAwait(false);
        Rule.Holds(answer.IsSuccessStatusCode, $"POST /admin/keys/rotate: {(int)answer.StatusCode}");
    }

    /// <summary>Stops every edge in its tracks, as a lost network does, until the answer is disposed of.</summary>
    public IDisposable PauseEdges()
    {
        var edges = State.GetProperty("edges").EnumerateArray().Select(edge => edge.GetProperty("pid").GetInt32()).ToArray();
        Signal(edges, StopSignal);
        return new Resume(() => Signal(edges, ContinueSignal));
    }

    private static void Signal(int[] processes, int signal)
    {
        foreach (var process in processes)
        {
            using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
            kill.WaitForExit();
        }
    }

    private sealed class Resume(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
