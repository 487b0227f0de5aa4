using System.Reflection;
using System.Text.RegularExpressions;
using FlashSale.Contract;
using FlashSale.Gateway.Pages;
using FlashSale.Pages;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace FlashSale.Tests.Contract;

public sealed class PageTextTests
{
    private static readonly Assembly s_gateway = typeof(FlashSale.Gateway.Program).Assembly;
    private static readonly Assembly s_checkout = typeof(FlashSale.Checkout.Program).Assembly;

    private static readonly (Assembly Assembly, string Page)[] s_pages =
        [(s_gateway, "waiting"), (s_gateway, "called"), (s_checkout, "shop"), (s_checkout, "dashboard")];

    [Fact]
    public void Every_text_is_written_in_every_language()
    {
        foreach (var (assembly, page) in s_pages)
        {
            var english = Read(assembly, page, "en").Keys;
            foreach (var language in Language.All)
                Assert.Equal(english.Order(StringComparer.Ordinal), Read(assembly, page, language.Code).Keys.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Every_problem_has_a_human_text_and_a_next_step()
    {
        var texts = Texts.Read(s_checkout, "shop");
        foreach (var problem in Problem.All)
            foreach (var language in Language.All)
            {
                Assert.NotEmpty(texts[language.Code][$"live.problem.{problem.Code}"]);
                Assert.NotEmpty(texts[language.Code][$"live.next.{problem.Code}"]);
            }
    }

    [Fact]
    public async Task The_line_explains_every_problem_in_every_language()
    {
        foreach (var language in Language.All)
        {
            foreach (var problem in Problem.All)
            {
                var html = await RenderedAsync(problem, language);
                Assert.Contains($"<html lang=\"{language.Code}\"", html, StringComparison.Ordinal);
                Assert.Matches("<h1>[^<{]+</h1>\\s*<p class=\"lead\">[^<{]+</p>", html);
                Assert.Contains("<a class=\"button", html, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>A page that loads itself again joins nobody by that: only its form does, which only a shopper sends.</summary>
    [Fact]
    public async Task A_form_that_is_refused_for_now_is_sent_again_by_a_click_and_a_page_is_loaded_again_by_itself()
    {
        foreach (var problem in new[] { Problem.ChallengeRequired, Problem.SlowDown, Problem.Unavailable })
            foreach (var language in Language.All)
            {
                var sent = await RenderedAsync(problem, language, "POST");
                Assert.Matches("<form method=\"post\">.*<button name=\"action\"", sent);
                Assert.Matches("<h1>[^<{]+</h1>\\s*<p class=\"lead\">[^<{]+</p>", sent);
                Assert.DoesNotContain("http-equiv=\"refresh\"", sent, StringComparison.Ordinal);
                Assert.DoesNotContain("href=\"\"", sent, StringComparison.Ordinal);

                var loaded = await RenderedAsync(problem, language, "GET");
                Assert.Contains("http-equiv=\"refresh\"", loaded, StringComparison.Ordinal);
                Assert.DoesNotContain("<form", loaded, StringComparison.Ordinal);
            }
    }

    /// <summary>The line's page that explains a problem.</summary>
    private static async Task<string> RenderedAsync(Problem problem, Language language, string method = "GET")
    {
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        context.Request.Method = method;
        context.Request.QueryString = new QueryString($"?lang={language.Code}");

        await WaitingPage.RenderProblem(context, problem);
        await context.Response.CompleteAsync();

        Assert.Equal(problem.Status, context.Response.StatusCode);
        return System.Text.Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());
    }

    /// <summary>
    /// CLDR gives 0, 1, 2, 3, 11 and 100 of something six forms in Arabic (zero, one, two, few, many, other) and two in English
    /// and German. Texts have one form for all, so after a number nothing may stand that has to follow it: only an abbreviated
    /// measure, or a word that is the same after every number.
    /// </summary>
    [Theory]
    [InlineData("en", "s|min|h|d|ahead|in|with")]
    [InlineData("de", "s|Min|Std|T|vor|in|mit")]
    [InlineData("ar", "ث|د|س|ي|في|بقي")]
    public void A_count_reads_right_whatever_it_is(string language, string mayFollow)
    {
        var counts = 0;
        foreach (var (assembly, page) in s_pages)
            foreach (var (key, text) in Read(assembly, page, language))
                foreach (Match count in Regex.Matches(text, @"\{(?:n|a|b|h|m|ahead|soon)\}[ –]?(?<word>\p{L}*)"))
                {
                    counts++;
                    var word = count.Groups["word"].Value;
                    Assert.True(word.Length == 0 || mayFollow.Split('|').Contains(word), $"{page}.{language}.json, {key}: {text}");
                }
        Assert.InRange(counts, 20, 100);
    }

    private static Dictionary<string, string> Read(Assembly assembly, string page, string language)
    {
        using var stream = Assets.Open(assembly, $"{page}.{language}.json");
        return System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
    }
}
