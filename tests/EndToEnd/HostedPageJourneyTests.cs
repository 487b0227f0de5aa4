using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

using FlashSale.LoadTest.Clients;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.EndToEnd;

/// <summary>Paying on the provider's own page with nothing but HTTP: forms and redirects, and the API's way.</summary>
public sealed partial class HostedPageJourneyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Forms_and_redirects_lead_from_the_cart_over_the_providers_page_to_an_order()
    {
        var (system, sale, shopper) = await HasAUnitAsync();
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = system.Edge.BaseAddress };
        http.DefaultRequestHeaders.Add("Cookie", $"fs-admission-{sale}={shopper.Token}");
        var order = $"/shop/{sale}/order/{shopper.ReservationId}";
        var form = await http.GetStringAsync(new Uri(order, UriKind.Relative), Cancel);
        Assert.Contains("value=\"hosted_page\"", form, StringComparison.Ordinal);

        var go = await PostAsync(http, order, ("action", "pay"), ("attempt", "once"), ("card", "hosted_page"));
        var page = Refresh().Match(await http.GetStringAsync(new Uri(go, UriKind.Relative), Cancel)).Groups["url"].Value;
        Assert.Contains("A phone", await http.GetStringAsync(new Uri(page), Cancel), StringComparison.Ordinal);
        // Declined, then paid; the page leads back to the order.
        Assert.Equal(new Uri(page).AbsolutePath, await PostAsync(http, page, ("number", "4000000000000002")));
        Assert.Contains("Your card was declined.", await http.GetStringAsync(new Uri(page), Cancel), StringComparison.Ordinal);
        var back = await PostAsync(http, page, ("number", "4242424242424242"));
        Assert.Equal(order, new Uri(back).AbsolutePath);
        Assert.Equal(order, (await SeeAsync(http, back))!);
        Assert.Contains("FS-", await http.GetStringAsync(new Uri(order, UriKind.Relative), Cancel), StringComparison.Ordinal);
        await system.AuditsAsync(sale, 1);
    }

    [Fact]
    public async Task The_API_tells_where_the_page_is_to_its_shopper_alone_and_sells_once_it_is_paid()
    {
        var (system, sale, shopper) = await HasAUnitAsync();
        var payments = $"/reservations/{shopper.ReservationId}/payments";
        var (status, asked) = await SendAsync(system, shopper.Token!, payments, new { hostedPage = true });
        var next = asked.GetProperty("payment").GetProperty("nextAction");
        Assert.Equal((202, "hostedPage", JsonValueKind.Null),
            (status, next.GetProperty("type").GetString(), next.TryGetProperty("clientSecret", out var secret) ? secret.ValueKind : JsonValueKind.Null));
        Assert.Equal(400, (await SendAsync(system, shopper.Token!, payments, new { hostedPage = true, paymentMethod = "pm_card_visa" })).Status);
        var read = (await shopper.ReadAsync(Cancel)).Require();
        Assert.Equal("actionRequired", read.Payment.State);

        using var provider = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        await PostAsync(provider, next.GetProperty("url").GetString()!, ("number", "4242424242424242"));
        Assert.Equal(201, (await SendAsync(system, shopper.Token!, payments + "/once/continue", new { })).Status);
        await system.AuditsAsync(sale, 1);
    }

    private static async Task<(TestSystem System, string Sale, Shopper Shopper)> HasAUnitAsync()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync();
        var shopper = system.Shopper(sale);
        await shopper.JoinsAsync();
        await shopper.HasAUnitInTheCartAsync();
        return (system, sale, shopper);
    }

    /// <summary>Where the answer leads.</summary>
    private static async Task<string> PostAsync(HttpClient http, string to, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await http.PostAsync(new Uri(to, UriKind.RelativeOrAbsolute), form, Cancel);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    private static async Task<string?> SeeAsync(HttpClient http, string address)
    {
        using var answer = await http.GetAsync(new Uri(address), Cancel);
        return answer.Headers.Location?.OriginalString;
    }

    private static async Task<(int Status, JsonElement Body)> SendAsync(TestSystem system, string token, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add("Idempotency-Key", "once");
        using var answer = await system.Edge.SendAsync(request, Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }

    [GeneratedRegex("http-equiv=\"refresh\" content=\"0;url=(?<url>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Refresh();
}
