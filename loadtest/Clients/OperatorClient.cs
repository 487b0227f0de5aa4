using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.LoadTest.Clients;

/// <summary>
/// The operators' API. Anything but a success is an <see cref="HttpRequestException"/> with the answer's
/// text.
/// </summary>
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
        using var answer = await GetAsync("/admin/sales", cancel).ConfigureAwait(false);
        var root = answer.RootElement;
        return (root.ValueKind == JsonValueKind.Array ? root : root.GetProperty("sales")).GetArrayLength() > 0;
    }

    /// <summary>Creates or changes a sale; <paramref name="settings"/> as in the contract.</summary>
    public async Task PutSaleAsync(string sale, object settings, CancellationToken cancel)
    {
        using var answer = await _http.PutAsJsonAsync($"/admin/sales/{sale}", settings, Wire.Json, cancel)
            .ConfigureAwait(false);
        await RequireSuccessAsync(answer, cancel).ConfigureAwait(false);
    }

    /// <summary>Changes some settings.</summary>
    public async Task PatchSaleAsync(string sale, object settings, CancellationToken cancel)
    {
        using var answer = await _http.PatchAsJsonAsync($"/admin/sales/{sale}", settings, Wire.Json, cancel)
            .ConfigureAwait(false);
        await RequireSuccessAsync(answer, cancel).ConfigureAwait(false);
    }

    /// <summary>The live numbers of one sale.</summary>
    public async Task<SaleAnswer> NumbersAsync(string sale, CancellationToken cancel)
    {
        using var answer = await GetAsync($"/admin/sales/{sale}", cancel).ConfigureAwait(false);
        return answer.RootElement.Deserialize<SaleAnswer>(Wire.Json)!;
    }

    /// <summary>The invariants, computed now from the ledger and the provider's own books.</summary>
    public async Task<AuditAnswer> AuditAsync(string sale, CancellationToken cancel)
    {
        using var answer = await GetAsync($"/admin/sales/{sale}/audit?provider=true", cancel)
            .ConfigureAwait(false);
        return answer.RootElement.Deserialize<AuditAnswer>(Wire.Json)!;
    }

    /// <summary>Some of the reservations that are sold now.</summary>
    public async Task<IReadOnlyList<string>> SoldAsync(string sale, CancellationToken cancel)
    {
        using var answer = await GetAsync($"/admin/sales/{sale}/reservations?state=sold&limit=1000", cancel).ConfigureAwait(false);
        return [.. answer.RootElement.GetProperty("reservations").EnumerateArray().Select(row => row.GetProperty("id").GetString()!)];
    }

    /// <summary>The money goes back, and the unit to the next in line. Repeatable with the same key.</summary>
    public async Task RefundAsync(string reservation, string key, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/admin/reservations/{reservation}/refund");
        request.Headers.Add("Idempotency-Key", key);
        request.Content = JsonContent.Create(new { unit = "resell" }, options: Wire.Json);
        using var answer = await _http.SendAsync(request, cancel).ConfigureAwait(false);
        await RequireSuccessAsync(answer, cancel).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonDocument> GetAsync(string path, CancellationToken cancel)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), cancel)
            .ConfigureAwait(false);
        await RequireSuccessAsync(answer, cancel).ConfigureAwait(false);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel).ConfigureAwait(false));
    }

    private static async Task RequireSuccessAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        if (answer.IsSuccessStatusCode) return;
        var (method, path) = (answer.RequestMessage!.Method, answer.RequestMessage.RequestUri!.AbsolutePath);
        var text = await answer.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
        throw new HttpRequestException(
            $"{method} {path} answered {(int)answer.StatusCode}: {text}", null, answer.StatusCode);
    }
}
