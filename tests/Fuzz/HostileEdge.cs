using FlashSale.Tests.Gateway;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;

namespace FlashSale.Tests.Fuzz;

/// <summary>An edge that turns nobody away for asking often, and says what it did not expect.</summary>
internal static class HostileEdge
{
    public static async Task<(WebApplication Edge, Uri Url)> StartAsync(EdgeFixture fixture, params string[] settings)
    {
        var edge = await fixture.StartEdgeAsync(
        [
            "--RateLimits:JoinsPerSecond=0", "--RateLimits:ClaimsPerSecond=0", "--RateLimits:OtherPerSecond=0",
            "--Logging:LogLevel:Default=None", $"--Logging:LogLevel:{UnexpectedFaults.Category}=Error",
            "--Logging:LogLevel:Yarp=None", "--Logging:LogLevel:Microsoft=None", .. settings,
        ]);
        using var client = fixture.Client(edge.Url);
        await WaitFor.TrueAsync(async () => (await client.GetAsync("/health/ready")).IsSuccessStatusCode, "the edge is ready");
        return edge;
    }
}
