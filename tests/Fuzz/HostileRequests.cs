using System.Text;

namespace FlashSale.Tests.Fuzz;

/// <summary>
/// Makes requests that a browser would never send. The seed and the number decide everything, so that a failure is
/// repeated by its number alone.
/// </summary>
internal sealed class HostileRequests(int seed, string sale, string host, string foreignToken)
{
    /// <summary>What nobody but the gate may say; it must never come back in an answer.</summary>
    public const string Spoof = "mallory";

    private static readonly string[] s_methods =
        ["GET", "GET", "GET", "POST", "POST", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "BREW", ""];

    private static readonly string[] s_versions = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", "http/1.1"];

    private static readonly string[] s_detours =
    [
        "/./", "//", "/../", "/%2e%2e/", "/%2E/", "%2f", "%2F", "%5c", "\\", "/..;/", ";x=y/", "%252f", "%00/", "/%c0%af",
        "/%ef%bc%8f", "%09/", "%20/", "./", "/x/../", "%25%32%66", "/\u00e9/",
    ];

    private static readonly string[] s_spoofs =
    [
        $"X-FlashSale-Shopper: {Spoof}", $"X-FlashSale-Admission: {Spoof}", $"x-flashsale-sale: {Spoof}",
        $"X_FlashSale_Shopper: {Spoof}", $"X.FlashSale.Shopper: {Spoof}", $"X~FlashSale~Sale: {Spoof}", $"X-FlashSale-Shopper : {Spoof}", "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Prefix: /reservations", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: javascript",
        "Forwarded: for=127.0.0.1;host=evil.example", "X-Original-URL: /reservations/x", "X-Rewrite-URL: /admin/sales",
        "X-HTTP-Method-Override: DELETE", "Upgrade: h2c", "Upgrade: websocket", "Expect: 100-continue",
        "Connection: X-FlashSale-Shopper", "Range: bytes=0-1,2-3,4-5", "Accept-Encoding: gzip;q=x", "Content-Encoding: gzip",
        "Accept-Language: " + "de,*;q=9", "If-None-Match: \"", "Origin: null", "Accept: text/html",
    ];

    private readonly string[] _paths =
    [
        $"/sales/{sale}", $"/sales/{sale}/ticket", $"/sales/{sale}/admission", $"/line/{sale}?returnUrl=/shop/{sale}",
        $"/sales/{sale}/reservations", $"/reservations/{sale}_{new string('a', 32)}", $"/shop/{sale}/cart",
        $"/reservations/{sale}_{new string('b', 32)}/payments", $"/gate/verify?sale={sale}", "/.well-known/jwks.json", "/health/ready",
        "/payments/webhooks", "/", $"/shop/{sale}", "/assets/x.js", "/internal/catalog", "/internal/claims", "/admin/sales", "/admin/",
        $"/line/{sale}?returnUrl=https://evil.example", "/metrics", "/nothing", "*",
    ];

    public HostileRequest Make(int number)
    {
        var random = new Random(unchecked(seed * 1_000_003 + number));
        return random.Next(10) switch
        {
            0 => Smuggled(random),
            1 => Broken(random, Plain(random)),
            _ => Plain(random),
        };
    }

    private HostileRequest Plain(Random random)
    {
        var method = Pick(random, s_methods);
        var target = Target(random);
        var headers = new StringBuilder();
        if (random.Next(20) > 0) headers.Append("Host: ").Append(random.Next(15) > 0 ? host : Pick(random, ["", "a b", "evil.example", "[::", host + ":x", "\u0001"])).Append("\r\n");
        if (random.Next(40) == 0) headers.Append("Host: evil.example\r\n");
        for (var i = random.Next(4); i > 0; i--) headers.Append(Pick(random, s_spoofs)).Append("\r\n");
        if (random.Next(3) == 0) headers.Append(Credential(random)).Append("\r\n");
        if (random.Next(60) == 0) headers.Append("X-Long: ").Append('a', random.Next(100, 60_000)).Append("\r\n");
        if (random.Next(60) == 0)
            for (var i = 0; i < 150; i++) headers.Append("X-").Append(i).Append(": 1\r\n");
        headers.Append("Connection: close\r\n");
        var (body, framing) = Body(random, method);
        var text = $"{method} {target} {Pick(random, s_versions)}\r\n{headers}{framing}\r\n";
        return new HostileRequest([.. Latin1(text), .. body], IsWhole: true, $"{method} {target}");
    }

    private string Target(Random random)
    {
        var target = Pick(random, _paths);
        for (var changes = random.Next(3); changes > 0; changes--)
        {
            var at = random.Next(target.Length + 1);
            target = random.Next(9) switch
            {
                0 => target.Insert(at, Pick(random, s_detours)),
                1 => target.Replace("/", Pick(random, s_detours), StringComparison.Ordinal),
                2 => target.ToUpperInvariant(),
                3 => target + Pick(random, [".", "/", "%", "?", "#x", "?a=%", "?sale=%00", "?" + new string('q', 9_000)]),
                4 => "http://" + Pick(random, ["evil.example", host, "user@" + host, "[::1]"]) + target,
                5 => "/shop/x/.." + target,
                6 => Encoded(random, target),
                7 => target.Insert(at, $"{(char)random.Next(1, 256)}"),
                _ => random.Next(20) == 0 ? "/" + new string('a', random.Next(8_000, 40_000)) : target,
            };
        }

        return target;
    }

    /// <summary>One character percent-encoded, once or twice.</summary>
    private static string Encoded(Random random, string target)
    {
        var at = random.Next(target.Length);
        var code = $"%{(int)target[at]:x2}";
        return target[..at] + (random.Next(2) == 0 ? code : code.Replace("%", "%25", StringComparison.Ordinal)) + target[(at + 1)..];
    }

    private string Credential(Random random)
    {
        var parts = foreignToken.Split('.');
        var changed = foreignToken.ToCharArray();
        changed[random.Next(changed.Length)] = (char)random.Next('A', 'Z');
        var none = Convert.ToBase64String("{\"alg\":\"none\"}"u8).TrimEnd('=');
        var token = Pick(random,
            [foreignToken, new(changed), $"{none}.{parts[1]}.", $"{parts[0]}.{parts[1]}.", "a.b.c", "", new('x', 9_000), "\u00ff\u00fe"]);
        return random.Next(6) switch
        {
            0 => $"Authorization: Bearer {token}",
            1 => $"Cookie: fs-admission-{sale}={token}",
            2 => $"Authorization: Ticket {token}",
            3 => $"Cookie: fs-ticket-{sale}={token}; fs-visitor={new string('v', random.Next(60))}",
            4 => $"Authorization: Service {token}",
            _ => $"Cookie: {new string(';', random.Next(200))}fs-admission-{sale}={token}=;=",
        };
    }

    private static (byte[] Body, string Framing) Body(Random random, string method)
    {
        if (method is "GET" or "HEAD" or "CONNECT" or "TRACE" && random.Next(8) > 0) return ([], "");
        var type = "Content-Type: " + Pick(random, ["application/json", "application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "\"", "application/json; charset=utf-99"]) + "\r\n";
        byte[] body = random.Next(8) switch
        {
            0 => [],
            1 => Latin1("{\"enqueueToken\":" + new string('[', random.Next(2_000)) + "}"),
            2 => Latin1("{\"enqueueToken\":\"" + new string('t', random.Next(20_000)) + "\"}"),
            3 => Latin1("{\"returnUrl\":\"//evil.example\",\"paymentMethod\":5}"),
            4 => [.. Enumerable.Range(0, random.Next(500)).Select(_ => (byte)random.Next(256))],
            5 => Latin1("{\"enqueueToken\":null,\"x\":1e999999}"),
            6 => Latin1("\u00ef\u00bb\u00bf{}"),
            _ => Latin1("{}"),
        };
        return random.Next(4) == 0
            ? ([.. Latin1($"{body.Length:x}\r\n"), .. body, .. Latin1(body.Length == 0 ? "\r\n" : "\r\n0\r\n\r\n")], type + "Transfer-Encoding: chunked\r\n")
            : (body, type + $"Content-Length: {body.Length}\r\n");
    }

    /// <summary>Two servers could disagree on where this request ends; the second one in it is for a guarded path.</summary>
    private HostileRequest Smuggled(Random random)
    {
        var hidden = $"POST /sales/{sale}/reservations HTTP/1.1\r\nHost: {host}\r\nX-FlashSale-Shopper: {Spoof}\r\nContent-Length: 0\r\n\r\n";
        if (random.Next(3) == 0) hidden = $"GET /internal/catalog HTTP/1.1\r\nHost: {host}\r\n\r\n";
        var chunk = $"{hidden.Length:x}\r\n{hidden}\r\n0\r\n\r\n";
        var (framing, body) = random.Next(10) switch
        {
            0 => ($"Content-Length: {hidden.Length + 5}\r\nTransfer-Encoding: chunked\r\n", $"0\r\n\r\n{hidden}"),
            1 => ($"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", chunk),
            2 => ($"Content-Length: 0\r\nContent-Length: {hidden.Length}\r\n", hidden),
            3 => ("Transfer-Encoding: identity, chunked\r\n", $"0\r\n\r\n{hidden}"),
            4 => ("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", $"0\r\n\r\n{hidden}"),
            5 => ("Transfer-Encoding:\u000bchunked\r\n", $"0\r\n\r\n{hidden}"),
            6 => ("Transfer-Encoding : chunked\r\n", $"0\r\n\r\n{hidden}"),
            7 => ($"Content-Length: +{hidden.Length}\r\n", hidden),
            8 => ("Transfer-Encoding: chunked\r\n", $"{hidden.Length:x};x=\"\n\"\r\n{hidden}\r\n0\r\n\r\n"),
            _ => ("X: y\r\n Transfer-Encoding: chunked\r\n", $"0\r\n\r\n{hidden}"),
        };
        var path = Pick(random, [$"/shop/{sale}", "/payments/webhooks", $"/sales/{sale}/ticket", "/"]);
        return new HostileRequest(Latin1($"POST {path} HTTP/1.1\r\nHost: {host}\r\n{framing}\r\n{body}"), IsWhole: false, $"smuggled: {framing.Trim()}");
    }

    /// <summary>Bytes changed, lost, doubled, or cut off.</summary>
    private static HostileRequest Broken(Random random, HostileRequest good)
    {
        var bytes = good.Bytes.ToList();
        for (var changes = random.Next(1, 6); changes > 0 && bytes.Count > 1; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.Insert(at, bytes[at]); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }

        return new HostileRequest([.. bytes], IsWhole: false, "broken: " + good.What);
    }

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
