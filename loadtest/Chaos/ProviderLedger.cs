using System.Net.Http.Json;

using FlashSale.Contract;

namespace FlashSale.LoadTest.Chaos;

/// <summary>The provider's own books of one sale, as the simulator keeps them apart from ours.</summary>
public static class ProviderLedger
{
    public static async Task<IReadOnlyList<ProviderRow>> ReadAsync(
        HttpClient http, string simulator, string sale, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(http);
        var answer = await http.GetFromJsonAsync<Books>(
            new Uri($"{simulator}/sim/ledger?sale={sale}"), Wire.Json, cancel).ConfigureAwait(false);
        return answer!.Payments;
    }

    private sealed record Books(IReadOnlyList<ProviderRow> Payments);
}
