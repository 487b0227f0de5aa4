using System.Net;

using FlashSale.Contract;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>Whatever look is stored, the pages stand: one that was taken once may be what is refused now.</summary>
public sealed class OddLookTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    private static readonly string[] s_keys =
        ["page.title", "page.lead", "page.back", "page.language", "plain.check", "plain.auto", "live.waiting", "problem.busy", "no.such"];

    public static TheoryData<string?> Odd() => [(string?)null, "", "{", "{n", "{{x}}", "{{{x", "{0}", "</script><b>", "\"'&", "\ud83d\ude80"];

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task No_text_takes_the_waiting_page_down(string? text)
    {
        var texts = s_keys.ToDictionary(key => key, _ => text!);
        var shop = StorefrontId.Parse(Support.Unique.Name());
        edge.Checkout.Add(new Storefront
        {
            Id = shop,
            Name = "Odd",
            ReturnOrigins = [],
            Look = new Look
            {
                Texts = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["en"] = texts, ["de"] = text is null ? null! : texts },
            },
        });
        var sale = await edge.SaleAsync(one => one with { Storefront = shop });
        using var client = edge.Client();
        await EdgeFixture.JoinAsync(client, sale);
        foreach (var language in new[] { "en", "de", "ar" })
            foreach (var (query, status) in new[] { ("", 200), ("&view=plain", 200), ("&returnUrl=//evil", 400) })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"/line/{sale.Id}?lang={language}{query}");
                request.Headers.Accept.ParseAdd("text/html");
                var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.Equal((HttpStatusCode)status, answer.StatusCode);
                Assert.DoesNotContain("</script><b>", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            }
    }
}
