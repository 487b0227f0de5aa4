using System.Net.Http.Headers;

using FlashSale.Contract;
using FlashSale.Local;
using FlashSale.Local.Processes;
using FlashSale.Tests.Support;
using FlashSale.Tests.WaitingRoom;

namespace FlashSale.Tests.Survive;

/// <summary>A waiting room as a program of its own, on a world's Redis and ledger; it can be stopped as a stalled machine is.</summary>
internal sealed class RoomProcess(ChildProcess process, string url) : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    public int Pid => process.Pid;

    public static async Task<RoomProcess> StartAsync(LineWorld world, string log)
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        var room = new RoomProcess(await ChildProcess.StartAsync(new ChildStart(
            Repository.DotNet,
            [Repository.Program("waitingroom/Service", "FlashSale.WaitingRoom"), .. world.RoomArguments(url)], log)), url);
        await WaitFor.TrueAsync(room.IsReadyAsync, "the room is ready");
        return room;
    }

    public async Task<bool> LeadsAsync(Sale sale)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{url}/internal/sales/{sale.Id}/line");
        request.Headers.Authorization = new AuthenticationHeaderValue("Service", LineWorld.Key);
        using var answer = await _http.SendAsync(request);
        return answer.IsSuccessStatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        Signals.Resume(process.Pid);
        await process.KillAsync();
        await process.DisposeAsync();
        _http.Dispose();
    }

    public Task<bool> IsReadyAsync() => IsAsync("ready");

    public Task<bool> IsLiveAsync() => IsAsync("live");

    private async Task<bool> IsAsync(string state)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"{url}/health/{state}"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
