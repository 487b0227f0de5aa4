using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Web;

using FlashSale.Checkout.Access;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Checkout;

/// <summary>Operators who sign in by an OpenID Connect provider.</summary>
public sealed class OpenIdTests
{
    /// <summary>Where operators reach the dashboard; it leads to any of the checkouts.</summary>
    private const string Origin = "http://127.0.0.1:1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_the_provider_vouches_for_is_signed_in_at_every_checkout_with_the_role_of_their_group()
    {
        await using var provider = await SmallProvider.StartAsync();
        await using var tokens = await TokenSource.StartAsync();
        var database = await TestMariaDb.CreateDatabaseAsync();
        await using var one = await StartAsync(provider, database, tokens);
        await using var other = await StartAsync(provider, database, tokens);
        var sale = await one.SaleAsync();
        using var browser = Browser();

        using var nobody = await browser.GetAsync(At(one, "/admin/me"), Cancel);
        Assert.Equal((401, "/admin/sign-in"), ((int)nobody.StatusCode, (await JsonAsync(nobody)).GetProperty("signIn").GetString()));
        using var back = await SignInAsync(browser, one, other);
        Assert.Equal((302, "/admin/"), ((int)back.StatusCode, back.Headers.Location?.ToString()));

        // Either checkout opens what the other has sealed.
        foreach (var checkout in new[] { one, other })
        {
            var me = await JsonAsync(await browser.GetAsync(At(checkout, "/admin/me"), Cancel));
            Assert.Equal(("openid:anna@shop.example", "operator"), (me.GetProperty("name").GetString(), me.GetProperty("role").GetString()));
        }
        Assert.Equal(403, await ChangeAsync(HttpMethod.Put, "/admin/storefronts/demo", new { name = "Mine" }, own: true));
        Assert.Equal(401, await ChangeAsync(HttpMethod.Patch, $"/admin/sales/{sale}", new { paused = true }, own: false)); // Another site's form.
        Assert.Equal(200, await ChangeAsync(HttpMethod.Patch, $"/admin/sales/{sale}", new { paused = true }, own: true));
        var told = (await one.AdminAsync(HttpMethod.Get, $"/journal?sale={sale}&limit=1")).Json.GetProperty("entries")[0];
        Assert.Equal("openid:anna@shop.example", told.GetProperty("actor").GetString());

        await browser.PostAsync(At(one, "/admin/sign-out"), null, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync(At(one, "/admin/me"), Cancel)).StatusCode);

        async Task<int> ChangeAsync(HttpMethod method, string path, object body, bool own)
        {
            using var request = new HttpRequestMessage(method, At(one, path)) { Content = JsonContent.Create(body) };
            if (own) request.Headers.Add("FlashSale-Operator", "1");
            using var answer = await browser.SendAsync(request, Cancel);
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task Who_has_no_group_of_ours_or_did_not_begin_here_or_made_the_cookie_up_is_nobody()
    {
        await using var provider = await SmallProvider.StartAsync();
        await using var host = await StartAsync(provider);
        using (var stranger = Browser())
        {
            provider.Person = ("eve@shop.example", ["cleaning", "admin", "sales=acme"]);
            using var refused = await SignInAsync(stranger, host, host);
            Assert.Equal((403, "notAllowed"), ((int)refused.StatusCode, (await JsonAsync(refused)).GetProperty("code").GetString()));
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(At(host, "/admin/me"), Cancel)).StatusCode);
        }

        provider.Person = ("anna@shop.example", ["sales"]);
        using var anna = Browser();
        using var thief = Browser();
        using var begun = await anna.GetAsync(At(host, "/admin/sign-in"), Cancel);
        using var led = await anna.GetAsync(begun.Headers.Location, Cancel);
        var callback = At(host, led.Headers.Location!.PathAndQuery);
        using var stolen = await thief.GetAsync(callback, Cancel);
        Assert.Equal(403, (int)stolen.StatusCode);

        using var forged = new HttpRequestMessage(HttpMethod.Get, At(host, "/admin/me"));
        forged.Headers.Add("Cookie", "fs-operator=" + Convert.ToBase64String(new byte[120]));
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SendAsync(forged, Cancel)).StatusCode);
    }

    [Fact]
    public async Task Whose_sign_in_fails_is_told_by_the_dashboard()
    {
        await using var provider = await SmallProvider.StartAsync();
        await using var host = await StartAsync(provider);
        using var browser = Browser();
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        provider.Person = ("eve@shop.example", ["cleaning"]);
        using (var refused = await SignInAsync(browser, host, host)) Assert.Equal("/admin/?signin=notAllowed", refused.Headers.Location?.ToString());
        using var made = await browser.GetAsync(At(host, "/admin/signed-in?error=%0Ax&state=y"), Cancel);
        Assert.Equal("/admin/?signin=notAllowed", made.Headers.Location?.ToString());
    }

    [Theory]
    [InlineData(null, 302)]
    [InlineData(true, 302)]
    [InlineData(false, 403)]
    public async Task An_address_that_is_not_shown_to_be_theirs_names_nobody(bool? verified, int status)
    {
        await using var provider = await SmallProvider.StartAsync();
        provider.Verified = verified;
        await using var host = await StartAsync(provider);
        using var browser = Browser();
        using var back = await SignInAsync(browser, host, host);
        Assert.Equal(status, (int)back.StatusCode);
    }

    [Theory]
    [InlineData("sales", OperatorRole.Operator, null)]
    [InlineData("board sales", OperatorRole.Operator, null)]
    [InlineData("it", OperatorRole.Admin, null)]
    [InlineData("acme-staff", OperatorRole.Admin, "acme")]
    [InlineData("acme-staff board", OperatorRole.Viewer, null)]
    [InlineData("Sales", null, null)]
    [InlineData("", null, null)]
    public void A_group_gives_a_role_and_one_of_all_storefronts_goes_before_one_of_one(string groups, OperatorRole? role, string? storefront)
    {
        var options = new OpenIdOptions { Viewers = "board", Operators = " sales , run ", Admins = "it,acme-staff=acme" };
        var found = options.RoleOf(groups.Split(' '));
        Assert.Equal((role, storefront), (found?.Role, found?.Storefront?.Value));
    }

    /// <summary>From a checkout to the provider and back, to a checkout that need not be the same.</summary>
    private static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, CheckoutHost from, CheckoutHost to)
    {
        using var begun = await browser.GetAsync(At(from, "/admin/sign-in"), Cancel);
        Assert.Equal(HttpStatusCode.Redirect, begun.StatusCode);
        Assert.Equal($"{Origin}/admin/signed-in", HttpUtility.ParseQueryString(begun.Headers.Location!.Query)["redirect_uri"]);
        using var led = await browser.GetAsync(begun.Headers.Location, Cancel);
        Assert.StartsWith($"{Origin}/admin/signed-in?", led.Headers.Location?.ToString(), StringComparison.Ordinal);
        return await browser.GetAsync(At(to, led.Headers.Location!.PathAndQuery), Cancel);
    }

    private static async Task<CheckoutHost> StartAsync(SmallProvider provider, string? database = null, TokenSource? tokens = null)
    {
        provider.RedirectUri = $"{Origin}/admin/signed-in";
        const string section = OpenIdOptions.Section;
        return await CheckoutHost.StartAsync(database, tokens,
            ($"{section}:Authority", provider.Url), ($"{section}:ClientId", SmallProvider.ClientId),
            ($"{section}:ClientSecret", SmallProvider.ClientSecret), ($"{section}:PublicOrigin", Origin), ($"{section}:Operators", "sales"));
    }

    /// <summary>Keeps cookies, which know no ports.</summary>
    private static HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });

    private static Uri At(CheckoutHost host, string path) => new(host.Http.BaseAddress!, path);

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) =>
        await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
}
