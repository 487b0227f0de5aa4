using System.Net.Http.Json;

using FlashSale.Contract;
using FlashSale.LoadTest.Chaos;

namespace FlashSale.LoadTest.Clients;

/// <summary>Tells the payment simulator to misbehave, and reads its books.</summary>
public sealed class SimulatorClient(string url) : IDisposable
{
    private static readonly Uri s_faults = new("/sim/faults", UriKind.Relative);

    private readonly HttpClient _http = new() { BaseAddress = new Uri(url) };

    /// <param name="rates">A probability per call for each fault.</param>
    public async Task SetFaultsAsync(int seed, IReadOnlyDictionary<string, double> rates, CancellationToken cancel)
    {
        using var answer = await _http.PutAsJsonAsync(s_faults, new { seed, rates }, Wire.Json, cancel)
            .ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    public async Task ClearFaultsAsync(CancellationToken cancel)
    {
        using var answer = await _http.DeleteAsync(s_faults, cancel).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Every payment of the sale, as the provider has it.</summary>
    public Task<IReadOnlyList<ProviderRow>> LedgerAsync(string sale, CancellationToken cancel) =>
        ProviderLedger.ReadAsync(_http, url, sale, cancel);

    public void Dispose() => _http.Dispose();
}
