using System.Reflection;
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

    [Fact]
    public void Every_text_is_written_in_every_language()
    {
        (Assembly, string)[] pages =
            [(s_gateway, "waiting"), (s_gateway, "called"), (s_checkout, "shop"), (s_checkout, "dashboard")];
        foreach (var (assembly, page) in pages)
        {
            var english = Keys(assembly, page, "en");
            // Arabic has more plural forms; English has one text for each key that the others have.
            foreach (var language in Language.All)
            {
                var own = Keys(assembly, page, language.Code);
                Assert.Empty(english.Except(own));
                Assert.All(own.Except(english), key => Assert.Contains(".came.", key, StringComparison.Ordinal));
            }
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
                var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
                context.Request.QueryString = new QueryString($"?lang={language.Code}");

                await WaitingPage.RenderProblem(context, problem);
                await context.Response.CompleteAsync();

                Assert.Equal(problem.Status, context.Response.StatusCode);
                var html = System.Text.Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());
                Assert.Contains($"<html lang=\"{language.Code}\"", html, StringComparison.Ordinal);
                Assert.Matches("<h1>[^<{]+</h1>\\s*<p class=\"lead\">[^<{]+</p>", html);
                Assert.Contains("<a class=\"button", html, StringComparison.Ordinal);
            }
        }
    }

    private static Dictionary<string, string>.KeyCollection Keys(Assembly assembly, string page, string language)
    {
        using var stream = Assets.Open(assembly, $"{page}.{language}.json");
        return System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!.Keys;
    }
}
