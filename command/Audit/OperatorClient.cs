using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.Command.Audit;

/// <summary>The operators' API, as the command uses it.</summary>
public sealed class OperatorClient : IDisposable
{
    /// <summary>An audit reads the whole ledger of a sale.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http;

    public OperatorClient(string url, string adminKey)
    {
        _http = new HttpClient { BaseAddress = new Uri(url), Timeout = s_timeout };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", adminKey);
    }

    public async Task<bool> HasSalesAsync(CancellationToken cancel)
    {
        using var answer = await GetAsync("/admin/sales", cancel);
        var root = answer.RootElement;
        return (root.ValueKind == JsonValueKind.Array ? root : root.GetProperty("sales")).GetArrayLength() > 0;
    }

    public async Task PutSaleAsync(string sale, object settings, CancellationToken cancel)
    {
        using var answer = await _http.PutAsJsonAsync($"/admin/sales/{sale}", settings, Wire.Json, cancel);
        await RequireSuccessAsync(answer, cancel);
    }

    public async Task<AuditAnswer> AuditAsync(string sale, CancellationToken cancel)
    {
        using var answer = await GetAsync($"/admin/sales/{sale}/audit?provider=true", cancel);
        return answer.RootElement.Deserialize<AuditAnswer>(Wire.Json)!;
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonDocument> GetAsync(string path, CancellationToken cancel)
    {
        using var answer = await _http.GetAsync(path, cancel);
        await RequireSuccessAsync(answer, cancel);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
    }

    private static async Task RequireSuccessAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        if (answer.IsSuccessStatusCode) return;
        var (method, path) = (answer.RequestMessage!.Method, answer.RequestMessage.RequestUri!.AbsolutePath);
        throw new CommandFailedException(
            $"{method} {path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancel)}");
    }
}

/// <summary>The audit of one sale; <see cref="Violations"/> may be texts or records.</summary>
public sealed record AuditAnswer(
    bool Ok, int Inventory, int Available, int Admitted, int Held, int Sold, IReadOnlyList<JsonElement> Violations);
