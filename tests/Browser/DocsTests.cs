using FlashSale.Tests.Support;

using Microsoft.Playwright;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace FlashSale.Tests.Browser;

/// <summary>The API's documents in a real browser.</summary>
public sealed class DocsTests
{
    [Theory]
    [InlineData("edge", "/sales/{sale}/ticket")]
    [InlineData("checkout", "/reservations/{id}/confirm")]
    [InlineData("operators", "/admin/live")]
    public async Task The_documents_can_be_browsed_with_nothing_from_elsewhere_and_no_complaint(string document, string path)
    {
        var system = await TestSystem.SharedAsync();
        await using var context = await (await Chromium.SharedAsync()).NewContextAsync(new() { BaseURL = system.EdgeUrls[0] });
        var page = await context.NewPageAsync();
        List<string> complaints = [];
        page.Console += (_, said) =>
        {
            if (said.Type is "error" or "warning") complaints.Add($"{said.Type}: {said.Text}");
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.RequestFailed += (_, request) => complaints.Add($"failed: {request.Url}");
        page.Request += (_, request) =>
        {
            var isOwn = request.Url.StartsWith(system.EdgeUrls[0] + "/", StringComparison.Ordinal);
            if (!isOwn && !request.Url.StartsWith("data:", StringComparison.Ordinal)) complaints.Add($"asked: {request.Url}");
        };

        await page.GotoAsync($"/docs/{document}");

        await Expect(page.GetByText(path).First).ToBeAttachedAsync(new() { Timeout = 90_000 });
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }
}
