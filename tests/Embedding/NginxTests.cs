using System.Net;
using System.Text.Json;

using Xunit;

namespace FlashSale.Tests.Embedding;

/// <summary>deploy/nginx/flashsale.conf in a real nginx, between a shop and an edge that knows one cookie.</summary>
public sealed class NginxTests : ProxyTests
{
    [Fact]
    public async Task A_navigation_without_an_admission_is_sent_to_the_line()
    {
        await using var nginx = await StartAsync();
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
        await using var nginx = await StartAsync();
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
        await using var nginx = await StartAsync();
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
        await using var nginx = await StartAsync();
        using var browser = new ShopBrowser(nginx.Url);
        var answer = await browser.SendAsync(HttpMethod.Options, "/buy",
            ("Origin", origin), ("Access-Control-Request-Method", "POST"), ("X-FlashSale-Shopper", "mallory"));
        Assert.Equal("shop: ", await answer.TextAsync());
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("POST", "/other")]
    [InlineData("OPTIONS", "/")]
    [InlineData("GET", "/buyers")]
    [InlineData("GET", "/50%25-off;a=b/%c3%a9/x?a=%252F")]
    public async Task A_clients_own_word_of_who_it_is_reaches_no_page_at_all(string method, string path)
    {
        await using var nginx = await StartAsync();
        using var browser = new ShopBrowser(nginx.Url);
        var answer = await browser.SendAsync(new HttpMethod(method), path, ("X-FlashSale-Shopper", "alice"),
            ("x-flashsale-admission", "alice"), ("X-FlashSale-Sale", "alice"), ("X-FlashSale-Unit", "alice"), ("X_FlashSale_Shopper", "alice"));
        Assert.Equal("shop: ", await answer.TextAsync());
    }

    private protected override Task<GatedShop> StartAsync() => GatedShop.StartAsync("nginx", (bed, origin) =>
    {
        File.WriteAllText(Path.Combine(bed.Folder, "site.conf"), bed.Recipe("deploy/nginx/flashsale.conf")
            .Replace("listen 80;", $"listen {origin.Authority};", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(bed.Folder, "nginx.conf"), $$"""
            daemon off; master_process off; pid {{bed.Folder}}/pid; error_log {{bed.Folder}}/error.log;
            events { worker_connections 256; }
            http {
              access_log off;
              client_body_temp_path {{bed.Folder}}/body; proxy_temp_path {{bed.Folder}}/proxy;
              fastcgi_temp_path {{bed.Folder}}/f; uwsgi_temp_path {{bed.Folder}}/u; scgi_temp_path {{bed.Folder}}/s;
              include {{bed.Folder}}/site.conf;
            }
            """);
        return ["-c", $"{bed.Folder}/nginx.conf", "-p", bed.Folder, "-e", $"{bed.Folder}/error.log"];
    });
}
