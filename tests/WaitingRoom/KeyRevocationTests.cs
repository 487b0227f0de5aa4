using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json;

using FlashSale.Queue;
using FlashSale.Tests.Support;
using FlashSale.WaitingRoom.Keys;
using FlashSale.WaitingRoom.Ledger;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

using Xunit;

namespace FlashSale.Tests.WaitingRoom;

/// <summary>Admission keys that are revoked, taken away, dated ahead or open to others.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KeyRevocationTests
{
    private static readonly TimeSpan s_everywhere = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_room_publishes_at_once_what_another_has_made()
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-keys-");
        try
        {
            using var one = Ring(folder);
            using var other = Ring(folder);
            one.Scan();
            other.Scan();
            Assert.Equal(one.PublicKeys(), other.PublicKeys());

            var made = one.Rotate();
            Assert.Contains(made.Id, System.Text.Encoding.UTF8.GetString(other.PublicKeys()), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_revoked_key_is_published_nowhere_and_its_promises_are_made_again_under_a_new_one()
    {
        await using var world = await LineWorld.StartAsync(rooms: 2);
        using var http = Operator();
        var sale = await world.OpenAsync(1);
        var ticket = await world.JoinAsync(sale, "ann");
        await world.UntilAsync(sale, ticket, PlaceState.Admitted);
        var before = (await world.ClaimAsync(ticket)).Answer!;
        var stolen = new JsonWebToken(before.Token).Kid;
        var copies = Directory.GetFiles(world.KeysDirectory, "*.pem").ToDictionary(file => file, File.ReadAllText);

        using var nobody = new HttpClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.PostAsync(Revoke(world, stolen), null, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync(Revoke(world, "no-such-key"), null, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync(Revoke(world, "..%2f..%2fx"), null, Cancel)).StatusCode);
        var time = System.Diagnostics.Stopwatch.StartNew();
        var answer = await (await http.PostAsync(Revoke(world, stolen), null, Cancel)).Content.ReadFromJsonAsync<JsonElement>(Cancel);
        var signing = answer.GetProperty("signing").GetString()!;
        Assert.NotEqual(stolen, signing);
        // Asked at once, the other room knows it too.
        var other = await (await http.PostAsync(Revoke(world, stolen, room: 1), null, Cancel)).Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(signing, other.GetProperty("signing").GetString());
        foreach (var room in new[] { 0, 1 })
            await WaitFor.TrueAsync(async () => (await KidsAsync(world, http, room)) is { } kids && kids.Contains(signing) && !kids.Contains(stolen),
                "it is published no more");
        Assert.True(time.Elapsed < s_everywhere, $"{time.Elapsed}");

        // The same unit, the same promise, another key; of either room.
        foreach (var room in new[] { 0, 1 })
        {
            var again = (await world.ClaimAsync(ticket, room)).Answer!;
            Assert.Equal((before.AdmissionId, before.Unit, before.RedeemBy), (again.AdmissionId, again.Unit, again.RedeemBy));
            Assert.Equal(signing, new JsonWebToken(again.Token).Kid);
        }

        // Repeated it is the same, and a copy of the file brings nothing back.
        Assert.Equal(HttpStatusCode.OK, (await http.PostAsync(Revoke(world, stolen), null, Cancel)).StatusCode);
        Assert.DoesNotContain(copies.Keys, File.Exists);
        foreach (var (file, text) in copies) await File.WriteAllTextAsync(file, text, Cancel);
        await WaitFor.TrueAsync(async () => (await http.PostAsync(Rotate(world), null, Cancel)).IsSuccessStatusCode, "the folder is read again");
        Assert.DoesNotContain(stolen, await KidsAsync(world, http, 0));
    }

    [Fact]
    public async Task A_file_that_is_taken_away_takes_its_key_away()
    {
        await using var world = await LineWorld.StartAsync(rooms: 2);
        using var http = Operator();
        var first = Directory.GetFiles(world.KeysDirectory, "*.pem").Single();
        var kid = (await KidsAsync(world, http, 0)).Single();
        await http.PostAsync(Rotate(world), null, Cancel);
        File.Delete(first);
        foreach (var room in new[] { 0, 1 })
            await WaitFor.TrueAsync(async () => !(await KidsAsync(world, http, room)).Contains(kid), "it is gone");

        // A folder that is suddenly empty is no decision: what is known goes on.
        foreach (var file in Directory.GetFiles(world.KeysDirectory)) File.Delete(file);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.PostAsync(Revoke(world, "x"), null, Cancel)).StatusCode);
        Assert.Single(await KidsAsync(world, http, 0));
    }

    [Fact]
    public async Task A_key_that_is_dated_ahead_is_none_yet()
    {
        await using var world = await LineWorld.StartAsync();
        using var http = Operator();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var before = await KidsAsync(world, http, 0);
        await File.WriteAllTextAsync(Path.Combine(world.KeysDirectory, "9999999999-x.pem"), key.ExportPkcs8PrivateKeyPem(), Cancel);
        var rotated = await (await http.PostAsync(Rotate(world), null, Cancel)).Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(before.Append(rotated.GetProperty("kid").GetString()).Order(), (await KidsAsync(world, http, 0)).Order());
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    [InlineData(UnixFileMode.GroupWrite)]
    public async Task A_folder_that_is_open_to_others_stops_the_start(UnixFileMode open)
    {
        await using var world = await LineWorld.StartAsync(rooms: 0, edges: 0);
        Directory.CreateDirectory(world.KeysDirectory);
        File.SetUnixFileMode(world.KeysDirectory, Owner | open);
        var error = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => world.StartRoomAsync());
        Assert.Contains("Admission:KeysDirectory", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(world.KeysDirectory));
        File.SetUnixFileMode(world.KeysDirectory, Owner);
        await world.StartRoomAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Directory.GetFiles(world.KeysDirectory).Single()));
    }

    [Fact]
    public async Task A_key_that_is_open_to_others_stops_the_start()
    {
        await using var world = await LineWorld.StartAsync(rooms: 0, edges: 0);
        var files = new SigningKeyFiles(world.KeysDirectory);
        files.Create(TimeProvider.System.GetUtcNow());
        Assert.Null(files.Exposure());
        var file = Directory.GetFiles(world.KeysDirectory).Single();
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => world.StartRoomAsync());
    }

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static Uri Revoke(LineWorld world, string kid, int room = 0) => new($"{world.Rooms[room].Urls.First()}/admin/keys/{kid}/revoke");

    private static Uri Rotate(LineWorld world) => new($"{world.Rooms[0].Urls.First()}/admin/keys/rotate");

    private static HttpClient Operator()
    {
        var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", LineWorld.AdminKey);
        return http;
    }

    private static async Task<List<string?>> KidsAsync(LineWorld world, HttpClient http, int room)
    {
        var jwks = await http.GetFromJsonAsync<JsonElement>(new Uri(world.Rooms[room].Urls.First() + "/.well-known/jwks.json"), Cancel);
        return [.. jwks.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString())];
    }

    // It never looks by itself.
    private static KeyRing Ring(DirectoryInfo folder) => new(
        Options.Create(new AdmissionKeyOptions { KeysDirectory = folder.FullName }), new PulledSales(TimeProvider.System),
        TimeProvider.System, NullLogger<KeyRing>.Instance);
}
