using System.Text.Json;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;

namespace FlashSale.Tests.Embedding;

/// <summary>A line in which it is everyone's turn at once, and a ledger that remembers who has which unit.</summary>
internal sealed partial class FakeEdge
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> _reservations = new();
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> _bound = new();
    private int _units;

    public const string ApiKey = "fsk_fake";

    private void MapLine(WebApplication app)
    {
        app.MapPost("/sales/{sale}/ticket", () => Results.Json(
            new { ticket = $"ticket-{Interlocked.Increment(ref _units)}", state = "admitted", nextPollMs = 100 }, statusCode: 201));
        app.MapPost("/sales/{sale}/admission", (HttpContext http) =>
        {
            var unit = int.Parse(http.Request.Headers.Authorization.ToString()["Ticket ticket-".Length..], null);
            return Results.Json(new { token = Token(DateTimeOffset.FromUnixTimeSeconds(Now()), null, $"s-{unit}", unit), unit });
        });
        app.MapPost("/sales/{sale}/reservations", async (HttpContext http) =>
        {
            var given = http.Request.Headers.Authorization.ToString()["Bearer ".Length..];
            var byStorefront = given == ApiKey;
            if (byStorefront)
                given = (await http.Request.ReadFromJsonAsync<JsonElement>()).GetProperty("admission").GetString()!;
            var jwt = new JsonWebToken(given);
            var isNew = _reservations.TryAdd(jwt.Id, "held");
            if (byStorefront) _bound.TryAdd(jwt.Id, true);
            return _reservations[jwt.Id] == "released" || (!byStorefront && _bound.ContainsKey(jwt.Id))
                ? Results.Json(new { code = "admissionSpent" }, statusCode: 410)
                : Results.Json(Reservation(jwt.Id, jwt.GetPayloadValue<int>("unit")), statusCode: isNew ? 201 : 200);
        });
        app.MapDelete("/reservations/{id}", (string id, HttpContext http) =>
            http.Request.Headers.Authorization == $"Bearer {ApiKey}" ? Ended(id, "released") : Results.StatusCode(404));
        app.MapPost("/reservations/{id}/confirm", (string id, HttpContext http) =>
            http.Request.Headers.Authorization == $"Bearer {ApiKey}" ? Ended(id, "sold") : Results.StatusCode(401));
    }

    private IResult Ended(string id, string state)
    {
        var admission = id.Replace("xphone_", "", StringComparison.Ordinal);
        _reservations[admission] = state;
        return Results.Json(Reservation(admission, 1));
    }

    private object Reservation(string admission, int unit) => new
    {
        id = $"xphone_{admission}",
        sale = "xphone",
        unit,
        state = _reservations[admission],
        payBy = DateTimeOffset.FromUnixTimeSeconds(Now() + 300),
        price = new { amount = 99900, currency = "usd" },
        orderNumber = _reservations[admission] == "sold" ? "X-1" : null,
    };

    // Another process's storefront goes by the machine's clock.
    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
}
