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
public sealed class Installation(string directory) : ILineOperator
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(3);

    private JsonElement State =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(directory, "state.json"))).RootElement;

    /// <inheritdoc />
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

    /// <summary>The sample storefronts', with which they bind what they redeem; null without samples.</summary>
    public string? ApiKey =>
        Path.Combine(directory, "samples.json") is var file && File.Exists(file)
        && JsonDocument.Parse(File.ReadAllText(file)).RootElement.TryGetProperty("apiKey", out var key) ? key.GetString() : null;

    /// <inheritdoc />
    public int? KeyFetches => null;

    /// <inheritdoc />
    public TimeSpan KeysKnownWithin => TimeSpan.FromSeconds(40);

    /// <inheritdoc />
    public async Task RotateKeysAsync(CancellationToken cancel)
    {
        var body = await PostAsync("/admin/keys/rotate", cancel).ConfigureAwait(false);
        if (body.Length == 0 || !JsonDocument.Parse(body).RootElement.TryGetProperty("signsFrom", out var from)) return;
        var wait = from.GetDateTimeOffset() - TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(1);
        if (wait > TimeSpan.Zero && wait < s_longestWait) await Task.Delay(wait, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task RevokeKeyAsync(string kid, CancellationToken cancel) => PostAsync($"/admin/keys/{kid}/revoke", cancel);

    private async Task<string> PostAsync(string path, CancellationToken cancel)
    {
        var edge = State.GetProperty("edges")[0].GetProperty("url").GetString();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{edge}{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", State.GetProperty("adminKey").GetString());
        using var answer = await http.SendAsync(request, cancel).ConfigureAwait(false);
        Rule.Holds(answer.IsSuccessStatusCode, $"POST {path}: {(int)answer.StatusCode}");
        return await answer.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
    }

    /// <inheritdoc />
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
