using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using FlashSale.Local.Processes;

namespace FlashSale.Conformance;

/// <summary>
/// What <c>--data DIR</c> opens: the operator's key, the signing keys, and the edges' processes, for the checks that need
/// more than a shopper can do.
/// </summary>
internal sealed class Installation(string directory)
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(3);

    private JsonElement State =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(directory, "state.json"))).RootElement;

    /// <summary>The private key that signed this token; null when it is not here.</summary>
    public ECDsa? SigningKey(string token)
    {
        var cut = token.LastIndexOf('.');
        var (text, signature) = (Encoding.ASCII.GetBytes(token[..cut]), Base64Url.DecodeFromChars(token.AsSpan(cut + 1)));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(directory, "keys"), "*.pem"))
        {
            var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(file));
            if (key.VerifyData(text, signature, HashAlgorithmName.SHA256)) return key;
            key.Dispose();
        }

        return null;
    }

    /// <summary>The sample storefronts' API key, with which they bind what they redeem; null without samples.</summary>
    public string? ApiKey =>
        Path.Combine(directory, "samples.json") is var file && File.Exists(file)
        && JsonDocument.Parse(File.ReadAllText(file)).RootElement.TryGetProperty("apiKey", out var key) ? key.GetString() : null;

    /// <summary>Makes the waiting room publish a new key, and waits until it signs with it.</summary>
    public async Task RotateKeysAsync(HttpClient http, CancellationToken cancel)
    {
        var edge = State.GetProperty("edges")[0].GetProperty("url").GetString();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{edge}/admin/keys/rotate");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", State.GetProperty("adminKey").GetString());
        using var answer = await http.SendAsync(request, cancel).ConfigureAwait(false);
        Rule.Holds(answer.IsSuccessStatusCode, $"POST /admin/keys/rotate: {(int)answer.StatusCode}");
        var body = await answer.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
        if (body.Length == 0 || !JsonDocument.Parse(body).RootElement.TryGetProperty("signsFrom", out var from)) return;
        var wait = from.GetDateTimeOffset() - TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(1);
        if (wait > TimeSpan.Zero && wait < s_longestWait) await Task.Delay(wait, cancel).ConfigureAwait(false);
    }

    /// <summary>Stops every edge in its tracks, as a lost network does, until the answer is disposed of.</summary>
    public IDisposable PauseEdges()
    {
        var edges = State.GetProperty("edges").EnumerateArray().Select(edge => edge.GetProperty("pid").GetInt32()).ToArray();
        foreach (var edge in edges) Signals.Pause(edge);
        return new Resume(() =>
        {
            foreach (var edge in edges) Signals.Resume(edge);
        });
    }

    private sealed class Resume(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
