using System.Net;
using System.Net.Http.Headers;

using FlashSale.Admission;
using FlashSale.Queue;
using FlashSale.Tests.Support;
using FlashSale.WaitingRoom.Keys;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

using Xunit;

namespace FlashSale.Tests.WaitingRoom;

public sealed class IssuerTests
{
    [Fact]
    public async Task A_token_says_what_the_contract_says_and_verifies_by_the_published_keys()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1);
        var ticket = await world.JoinAsync(sale, "ann");
        await world.UntilAsync(sale, ticket, PlaceState.Admitted);
        var claim = (await world.ClaimAsync(ticket)).Answer!;

        var admission = await VerifyAsync(world, claim.Token);
        Assert.NotNull(admission);
        Assert.Equal($"{ticket.Place.Epoch:x}-1-1", claim.AdmissionId);
        Assert.Equal(
            new VerifiedAdmission(
                claim.AdmissionId, sale.Id.Value, "ann", "demo", 1, 1, claim.RedeemBy,
                claim.RedeemBy.AddSeconds(sale.PaySeconds + sale.AuthenticationSeconds + sale.GraceSeconds)),
            admission);
    }

    [Fact]
    public async Task A_new_key_is_published_before_it_signs_everywhere_and_the_old_one_stays_published()
    {
        await using var world = await LineWorld.StartAsync(rooms: 2);
        var sale = await world.OpenAsync(1);
        var ticket = await world.JoinAsync(sale, "ann");
        await world.UntilAsync(sale, ticket, PlaceState.Admitted);
        var before = (await world.ClaimAsync(ticket)).Answer!.Token;
        var (first, second) = (Ring(0).Signing.Id, Ring(1));
        Assert.Equal(first, second.Signing.Id);

        using var http = new HttpClient();
        var rotate = new Uri(world.Rooms[0].Urls.First() + "/admin/keys/rotate");
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.PostAsync(rotate, null)).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", LineWorld.AdminKey);
        Assert.Equal(HttpStatusCode.OK, (await http.PostAsync(rotate, null)).StatusCode);
        await WaitFor.TrueAsync(async () => (await JwksAsync(1)).Split("\"kid\"").Length == 3, "the other room publishes it");
        Assert.Equal(first, second.Signing.Id); // Published by both, and not signing yet.

        await WaitFor.TrueAsync(() => Task.FromResult(second.Signing.Id != first), "it signs");
        Assert.NotNull(await VerifyAsync(world, (await world.ClaimAsync(ticket, 1)).Answer!.Token));
        Assert.NotNull(await VerifyAsync(world, before));

        KeyRing Ring(int room) => world.Rooms[room].Services.GetRequiredService<KeyRing>();
        Task<string> JwksAsync(int room) => http.GetStringAsync(new Uri(world.Rooms[room].Urls.First() + "/.well-known/jwks.json"));
    }

    [Fact]
    public async Task Internal_routes_are_not_there_for_anyone_else()
    {
        await using var world = await LineWorld.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(world.Rooms[0].Urls.First()) };
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync(new Uri("/internal/poke", UriKind.Relative), null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("/internal/sales/x/line", UriKind.Relative))).StatusCode);
        http.DefaultRequestHeaders.Authorization = FlashSale.Contract.ServiceKey.Header(LineWorld.Key);
        Assert.Equal(HttpStatusCode.Accepted, (await http.PostAsync(new Uri("/internal/poke", UriKind.Relative), null)).StatusCode);
        using var body = new StringContent("{\"sale\":7", System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(
            HttpStatusCode.BadRequest, (await http.PostAsync(new Uri("/internal/claims", UriKind.Relative), body)).StatusCode);
    }

    [Theory]
    [InlineData("Line:Redis", "")]
    [InlineData("Line:TicketKeys", "nonsense")]
    [InlineData("WaitingRoom:CheckoutUrl", "nonsense")]
    [InlineData("Admission:KeysDirectory", "")]
    [InlineData("Service:Key", "short")]
    public async Task Bad_configuration_stops_the_start_and_names_the_key(string key, string value)
    {
        await using var world = await LineWorld.StartAsync(rooms: 0, edges: 0);
        var error = await Assert.ThrowsAnyAsync<Exception>(() => world.StartRoomAsync($"--{key}", value));
        Assert.Contains(key.Split(':')[1], error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<VerifiedAdmission?> VerifyAsync(LineWorld world, string token)
    {
        using var http = new HttpClient { BaseAddress = new Uri(world.Rooms[0].Urls.First()) };
        using var keys = new AdmissionKeys(http, ".well-known/jwks.json", TimeProvider.System, NullLogger<AdmissionKeys>.Instance);
        var verifier = new AdmissionVerifier(keys, "flashsale", ["demo"], TimeProvider.System);
        return (await verifier.VerifyAsync(token, default)).Admission;
    }
}
