using System.Net;
using System.Net.Sockets;
using System.Text.Json;

using FlashSale.Local;
using FlashSale.Local.Processes;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Xunit;

namespace FlashSale.Tests.Embedding;

/// <summary>deploy/nginx/flashsale.conf in a real nginx, between a shop and an edge that knows one cookie.</summary>
public sealed class NginxTests
{
    [Fact]
    public async Task A_navigation_without_an_admission_is_sent_to_the_line()
    {
        await using var nginx = await Nginx.StartAsync();
        using var browser = new ShopBrowser(nginx.Url);

        var answer = await browser.GoAsync("/buy/now?a=1&b=%2F2");

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        var line = new Uri(nginx.Url, answer.Location()).ToString();
        Assert.StartsWith($"{nginx.Url}line/xphone?", line, StringComparison.Ordinal);
        Assert.Equal("/buy/now?a=1&b=%2F2", line.Query("returnUrl"));
    }

    [Fact]
    public async Task A_script_without_an_admission_gets_401_with_the_lines_address()
    {
        await using var nginx = await Nginx.StartAsync();
        using var browser = new ShopBrowser(nginx.Url);

        var answer = await browser.FetchAsync("/buy");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var problem = JsonDocument.Parse(await answer.TextAsync()).RootElement;
        Assert.Equal("admissionRequired", problem.GetProperty("code").GetString());
        Assert.StartsWith("/line/xphone", problem.GetProperty("lineUrl").GetString(), StringComparison.Ordinal);
        Assert.Equal("X-FlashSale-Line-Url", answer.Headers.GetValues("Access-Control-Expose-Headers").Single());
    }

    [Fact]
    public async Task The_admitted_pass_and_nobody_can_claim_to_be_someone_else()
    {
        await using var nginx = await Nginx.StartAsync();
        using var browser = new ShopBrowser(nginx.Url);
        browser.Cookies.Add(nginx.Url, new Cookie("fs-admission-xphone", "good"));

        var answer = await browser.SendAsync(HttpMethod.Post, "/buy", ("X-FlashSale-Shopper", "mallory"));

        Assert.Equal("shop: anna", await answer.TextAsync());
        browser.Cookies.Add(nginx.Url, new Cookie("fs-admission-xphone", "bad"));
        Assert.Equal(HttpStatusCode.Found, (await browser.GoAsync("/buy")).StatusCode);
        Assert.Equal("shop: ", await (await browser.GoAsync("/")).TextAsync());
    }

    [Theory]
    [InlineData("https://other.example")]
    [InlineData("https://other.example:444")]
    [InlineData("null")]
    public async Task A_preflight_reaches_the_shop(string origin)
    {
        await using var nginx = await Nginx.StartAsync();
        using var browser = new ShopBrowser(nginx.Url);
        var answer = await browser.SendAsync(HttpMethod.Options, "/buy",
            ("Origin", origin), ("Access-Control-Request-Method", "POST"), ("X-FlashSale-Shopper", "mallory"));
        Assert.Equal("shop: ", await answer.TextAsync());
    }

    [Theory]
    [InlineData("GET", "/BUY")]
    [InlineData("GET", "/Buy/now")]
    [InlineData("GET", "/%62uy")]
    [InlineData("GET", "//buy")]
    [InlineData("GET", "/x/../buy")]
    [InlineData("GET", "/buy;jsessionid=1")]
    [InlineData("GET", "/;x/buy")]
    [InlineData("GET", "/buy.")]
    [InlineData("GET", "/x/..;/buy")]
    [InlineData("GET", "/x%5cbuy")]
    [InlineData("GET", "/buy%2Fnow")]
    [InlineData("GET", "/buy%20")]
    [InlineData("GET", "/buy%20/now")]
    [InlineData("GET", "/BUY%09")]
    [InlineData("GET", "/%20/buy")]
    [InlineData("GET", "/.%20;x/Buy")]
    [InlineData("GET", "/buy%3bx")]
    [InlineData("GET", "/buy%252Fnow")]
    [InlineData("GET", "/x/%252e%252e/buy")]
    [InlineData("GET", "/x%255Cbuy")]
    [InlineData("GET", "/buy%c0%afnow")]
    [InlineData("HEAD", "/buy")]
    [InlineData("POST", "/bUy")]
    [InlineData("OPTIONS", "/buy")]
    [InlineData("OPTIONS", "/BUY/now")]
    public async Task No_spelling_and_no_method_reaches_the_protected_page(string method, string path)
    {
        await using var nginx = await Nginx.StartAsync();
        using var browser = new ShopBrowser(nginx.Url);
        var url = new Uri(nginx.Url.GetLeftPart(UriPartial.Authority) + path,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        request.Headers.Add("Origin", "https://other.example:444");
        var answer = await browser.SendAsync(request);
        Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest, $"{answer.StatusCode}");
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("POST", "/other")]
    [InlineData("OPTIONS", "/")]
    [InlineData("GET", "/buyers")]
    [InlineData("GET", "/50%25-off;a=b/%c3%a9/x?a=%252F")]
    public async Task A_clients_own_word_of_who_it_is_reaches_no_page_at_all(string method, string path)
    {
        await using var nginx = await Nginx.StartAsync();
        using var browser = new ShopBrowser(nginx.Url);
        var answer = await browser.SendAsync(new HttpMethod(method), path, ("X-FlashSale-Shopper", "alice"),
            ("x-flashsale-admission", "alice"), ("X-FlashSale-Sale", "alice"), ("X-FlashSale-Unit", "alice"), ("X_FlashSale_Shopper", "alice"));
        Assert.Equal("shop: ", await answer.TextAsync());
    }

    [Fact]
    public async Task An_outage_of_the_edge_lets_nobody_in()
    {
        await using var nginx = await Nginx.StartAsync();
        using var browser = new ShopBrowser(nginx.Url);
        browser.Cookies.Add(nginx.Url, new Cookie("fs-admission-xphone", "good"));
        await nginx.StopEdgeAsync();

        var answer = await browser.GoAsync("/buy");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("2", answer.Headers.GetValues("Retry-After").Single());
        Assert.Equal(HttpStatusCode.OK, (await browser.GoAsync("/")).StatusCode);
    }

    private sealed class Nginx : IAsyncDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("flashsale-nginx-").FullName;
        private WebApplication _edge = null!;
        private WebApplication _shop = null!;
        private ChildProcess? _process;

        public Uri Url { get; private set; } = null!;

        public static async Task<Nginx> StartAsync()
        {
            var nginx = new Nginx { _edge = App(), _shop = App() };
            nginx._edge.MapGet("/gate/verify", Verify);
            nginx._shop.MapFallback((HttpContext http) => $"shop: {string.Concat(http.Request.Headers
                .Where(header => header.Key.Replace('_', '-').StartsWith("X-FlashSale-", StringComparison.OrdinalIgnoreCase)
                    && header.Value != "xphone").Select(header => header.Value))}");
            await nginx._edge.StartAsync();
            await nginx._shop.StartAsync();
            try
            {
                await nginx.RunAsync();
                return nginx;
            }
            catch
            {
                await nginx.DisposeAsync();
                throw;
            }
        }

        public Task StopEdgeAsync() => _edge.StopAsync();

        public async ValueTask DisposeAsync()
        {
            if (_process is not null) await _process.DisposeAsync();
            await _edge.DisposeAsync();
            await _shop.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }

        // The real edge's answers, for one good cookie.
        private static async Task Verify(HttpContext http)
        {
            if (http.Request.Cookies["fs-admission-xphone"] == "good")
            {
                http.Response.Headers["X-FlashSale-Shopper"] = "anna";
                http.Response.StatusCode = 204;
                return;
            }

            var back = Uri.EscapeDataString(http.Request.Headers["X-Original-URI"].ToString());
            http.Response.Headers["X-FlashSale-Line-Url"] = $"/line/{http.Request.Query["sale"]}?returnUrl={back}";
            http.Response.StatusCode = 401;
            await http.Response.WriteAsync("{}");
        }

        private async Task RunAsync()
        {
            var program = Programs.Find("nginx");
            Assert.True(program is not null, "nginx is not installed: apt-get install nginx-light");
            Url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
            var site = File.ReadAllText(Path.Combine(Repository.Root, "deploy/nginx/flashsale.conf"))
                .Replace("127.0.0.1:8080", new Uri(_edge.Urls.Single()).Authority, StringComparison.Ordinal)
                .Replace("127.0.0.1:3000", new Uri(_shop.Urls.Single()).Authority, StringComparison.Ordinal)
                .Replace("listen 80;", $"listen {Url.Authority};", StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(_folder, "site.conf"), site);
            await File.WriteAllTextAsync(Path.Combine(_folder, "nginx.conf"), $$"""
                daemon off; master_process off; pid {{_folder}}/pid; error_log {{_folder}}/error.log;
                events { worker_connections 256; }
                http {
                  access_log off;
                  client_body_temp_path {{_folder}}/body; proxy_temp_path {{_folder}}/proxy;
                  fastcgi_temp_path {{_folder}}/f; uwsgi_temp_path {{_folder}}/u; scgi_temp_path {{_folder}}/s;
                  include {{_folder}}/site.conf;
                }
                """);
            _process = await ChildProcess.StartAsync(new ChildStart(
                program!, ["-c", $"{_folder}/nginx.conf", "-p", _folder, "-e", $"{_folder}/error.log"], $"{_folder}/nginx.log"));
            await WaitFor.TrueAsync(() => !_process.HasExited && Answers(Url), "nginx answers");
        }

        private static bool Answers(Uri url)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(url.Host, url.Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }

        private static WebApplication App()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            return builder.Build();
        }
    }
}
