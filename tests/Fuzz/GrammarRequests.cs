using System.Collections;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json;

using FlashSale.Checkout.Docs;
using FlashSale.Gateway.Docs;
using FlashSale.Pages.OpenApi;
using FlashSale.Tests.Gateway;

namespace FlashSale.Tests.Fuzz;

/// <summary>
/// Requests that know the routes, their parameters and the fields of their bodies (from the descriptions that the OpenAPI
/// documents are made of), and put into each what belongs there or what does not. The seed and the number decide everything.
/// </summary>
internal sealed class GrammarRequests(int seed, Uri edge, GrammarRequests.Known known)
{
    /// <summary>What a request of these may be about: things that are there.</summary>
    public sealed record Known(
        string Sale, string Storefront, string Reservation, string AdminKey, string StorefrontKey, string Ticket, string Token);

    /// <summary>JSON that belongs in no field, or hardly in one.</summary>
    private static readonly string[] s_oddJson =
    [
        "\"caf\\ud83d\"", "\"\\ude80\"", "\"\\ud83d\\ude80\"", "\"a\\u0000b\"", "\"\\u202e\"", "\"\"", "\" \"", "null", "true", "false", "0",
        "-0", "1", "-1", "1.5", "1e3", "1e400", "-1e-400", "2147483647", "2147483648", "-2147483649", "9223372036854775807",
        "9223372036854775808", "-9223372036854775809", "18446744073709551616", "[]", "[[]]", "[null]", "{}", "{\"a\":{}}", "{\"\\ud83d\":1}",
        "\"2030-01-31T12:00:00\"", "\"2030-01-31T12:00:00Z\"", "\"2030-02-30T00:00:00Z\"", "\"0001-01-01T00:00:00Z\"",
        "\"9999-12-31T23:59:59.9999999+14:00\"", "\"fsk_x\"", "\"//evil.example\"", "\"javascript:x\"", "\"demo\"", "\"../x\"",
    ];

    private static readonly string[] s_oddTexts =
    [
        "", " ", "%", "%zz", "%00", "\0", "\ud83d\ude80", "\u202e", "..", "../x", "a/b", "a;b", "a%2fb", "-1", "9223372036854775808", "null",
        "true", "{}", "' OR 1=1", "<b>", "\"", "\\", "demo", "admin", "dead", "pending", "csv", "held,sold", new('a', 300),
    ];

    private static readonly string[] s_methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "BREW"];

    private static readonly RouteDescription[] s_routes =
    [
        .. EdgeDescription.Routes, .. CheckoutDescription.Routes,
        // Each rotation is a key for an hour; making them by the thousand is an operator's own mistake.
        .. OperatorDescription.Routes.Where(route => route.Path != "/admin/keys/rotate"),
    ];

    private static readonly string[] s_addresses = [.. AddressCorpus.All().Select(row => row.Data.Item1)];

    public HttpRequestMessage Make(int number)
    {
        var random = new Random(unchecked(seed * 1_000_003 + number));
        var route = Pick(random, s_routes);
        var method = random.Next(8) switch { 0 => "HEAD", 1 => "OPTIONS", 2 => Pick(random, s_methods), _ => route.Method };
        var target = Path(random, route) + Query(random, route);
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(
            edge.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        Authorize(random, route, request);
        foreach (var input in route.Inputs.Where(input => input.IsHeader && random.Next(4) > 0))
            request.Headers.TryAddWithoutValidation(input.Name, random.Next(2) == 0 ? "key-" + random.Next(50) : Printable(Pick(random, s_oddTexts)));
        if (random.Next(6) == 0) request.Headers.TryAddWithoutValidation("Accept", "text/html");
        if (random.Next(20) == 0) request.Headers.TryAddWithoutValidation("Origin", Pick(random, ["null", "https://x", "https://xn--mller-kva.example"]));
        if (route.Body is not null || random.Next(6) == 0) request.Content = Body(random, route.Body ?? typeof(Schemas.JoinRequest));
        return request;
    }

    private string Path(Random random, RouteDescription route) => string.Join('/', route.Path.Split('/').Select(segment => segment switch
    {
        "{sale}" => random.Next(4) > 0 ? known.Sale : Odd(random),
        "{id}" when route.Path.Contains("reservations", StringComparison.Ordinal) => random.Next(4) > 0 ? known.Reservation : Odd(random),
        "{id}" => random.Next(4) > 0 ? known.Storefront : Odd(random),
        _ => segment.StartsWith('{') ? Odd(random) : segment,
    }));

    private static string Odd(Random random) => Uri.EscapeDataString(Pick(random, s_oddTexts));

    private string Query(Random random, RouteDescription route)
    {
        var inputs = route.Inputs.Where(input => !input.IsHeader && (input.Required || random.Next(3) > 0))
            .Select(input => $"{input.Name}={Uri.EscapeDataString(Value(random, input.Name))}").ToList();
        if (random.Next(15) == 0) inputs.Add(Pick(random, ["&", "=", "a", "%", "view=plain", "lang=ar", "x=%ED%A0%BD", "sale=a&sale=b"]));
        return inputs.Count == 0 ? "" : "?" + string.Join('&', inputs);
    }

    private string Value(Random random, string name) => name switch
    {
        "returnUrl" => Pick(random, ["", known.Sale, "https://shop.example", edge.GetLeftPart(UriPartial.Authority)]) + Pick(random, s_addresses),
        "sale" when random.Next(2) == 0 => known.Sale,
        _ => Pick(random, s_oddTexts),
    };

    private void Authorize(Random random, RouteDescription route, HttpRequestMessage request)
    {
        if (random.Next(10) == 0) return;
        var (scheme, right) = route.Caller switch
        {
            Caller.Ticket => ("Ticket", known.Ticket),
            Caller.Admission => ("Bearer", known.Token),
            Caller.Storefront => ("Bearer", known.StorefrontKey),
            Caller.AdmissionOrStorefront => ("Bearer", random.Next(2) == 0 ? known.Token : known.StorefrontKey),
            Caller.Operator => ("Bearer", known.AdminKey),
            _ => ("Ticket", known.Ticket),
        };
        if (random.Next(8) == 0) right = Printable(Pick(random, s_oddTexts));
        request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {right}");
    }

    private StringContent Body(Random random, Type type)
    {
        var json = random.Next(15) switch
        {
            0 => Pick(random, s_oddJson),
            1 => new string('[', random.Next(1, 40)),
            2 => "{\"a\":" + new string('{', random.Next(20)) + "}",
            _ => Json(random, type, depth: 0),
        };
        var content = new StringContent(json, Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(
            Pick(random, ["application/json", "application/json", "application/json", "application/json; charset=utf-8", "text/plain"]));
        return content;
    }

    /// <summary>An object of that type, its fields right, odd or left out.</summary>
    private string Json(Random random, Type type, int depth)
    {
        var fields = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(_ => random.Next(4) > 0)
            .Select(field => $"\"{JsonNamingPolicy.CamelCase.ConvertName(field.Name)}\":{Field(random, field, depth)}").ToList();
        if (random.Next(8) == 0) fields.Add($"\"unknown\":{Pick(random, s_oddJson)}");
        return "{" + string.Join(',', fields) + "}";
    }

    private string Field(Random random, PropertyInfo field, int depth)
    {
        if (random.Next(3) == 0) return Pick(random, s_oddJson);
        var type = Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType;
        return (field.Name, type) switch
        {
            ("Storefront", _) => $"\"{known.Storefront}\"",
            ("ReturnUrl", _) => JsonSerializer.Serialize(Value(random, "returnUrl")),
            ("EnqueueSecret", _) => "\"0123456789012345678901234567890123456789\"",
            ("Admission", _) => $"\"{known.Token}\"",
            ("PaymentMethod", _) => "\"pm_card_chargeDeclined\"",
            ("Currency", _) => "\"usd\"",
            // A million units are many rows of a test's time.
            ("Inventory", _) => "5",
            (_, { } text) when text == typeof(string) => JsonSerializer.Serialize(Pick(random, ["n", "fifo", "storefront", "https://shop.example/x"])),
            (_, { } whole) when whole == typeof(int) || whole == typeof(long) => $"{random.Next(1, 20)}",
            (_, { } flag) when flag == typeof(bool) => "false",
            (_, { } time) when time == typeof(DateTimeOffset) => "\"2030-01-31T12:00:00Z\"",
            (_, { } list) when typeof(IEnumerable).IsAssignableFrom(list) => Pick(random,
                ["[\"https://shop.example\"]", "[\"https://m\u00fcller.example\",\"http://[::1]:1\"]", "{\"en\":{\"page.title\":\"t\"}}", "{\"en\":{\"page.title\":null}}"]),
            _ => depth < 3 ? Json(random, type, depth + 1) : "{}",
        };
    }

    private static string Printable(string text) => string.Concat(text.Where(letter => letter is >= ' ' and <= '~'));

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
