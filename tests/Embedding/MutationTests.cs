using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

using FlashSale.Command.Conformance;
using FlashSale.Conformance;
using FlashSale.Local;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Embedding;

/// <summary>A storefront that keeps every rule passes the conformance runner, and one that breaks one is told which.</summary>
public sealed partial class MutationTests
{
    private const string Sale = "xphone";
    private const int Crowd = 20;

    /// <summary>Shops at once: some of them wait for seconds.</summary>
    private const int AtOnce = 24;

    /// <summary>For a shop to learn of its keys; for one that never does, each second is lost.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(40), s_enough = TimeSpan.FromSeconds(2);

    private static readonly Dictionary<BrokenRule, string> s_caughtBy = new()
    {
        [BrokenRule.ReturnsToTheFrontPage] = "no token: to the line, and back here",
        [BrokenRule.DropsTheQuery] = "the query is kept on the way to the line, without any token",
        [BrokenRule.SendsTheTokenToTheLine] = "the query is kept on the way to the line, without any token",
        [BrokenRule.SendsLongAddresses] = "a long address still fits the line",
        [BrokenRule.AnswersScriptsInPlainJson] = "a script gets 401 with lineUrl, exposed",
        [BrokenRule.HidesTheLineUrlHeader] = "a script gets 401 with lineUrl, exposed",
        [BrokenRule.ReturnsScriptsToTheRequest] = "a script's lineUrl leads back to its page",
        [BrokenRule.RedirectsScripts] = "only a navigation is redirected",
        [BrokenRule.RedirectsPosts] = "only a navigation is redirected",
        [BrokenRule.QueuesPreflights] = "a preflight is never queued",
        [BrokenRule.OpensByExtension] = "an asset's extension opens no page",
        [BrokenRule.SignsEnqueueTokensForADay] = "the enqueue token is the line's, for an hour at the most",
        [BrokenRule.SendsRelativeReturnUrls] = "no spelling of the URL leads elsewhere",
        [BrokenRule.OpensToNobody] = "a good token: own cookie, clean URL, page",
        [BrokenRule.RedirectsForEver] = "the redirect to the clean URL is a passing one, and absolute",
        [BrokenRule.RedirectsRelatively] = "the redirect to the clean URL is a passing one, and absolute",
        [BrokenRule.LetsCachesKeepTheToken] = "the URL with the token is stored nowhere",
        [BrokenRule.SendsTheTokenAsReferrer] = "the URL with the token is stored nowhere",
        [BrokenRule.ForgetsTheCookie] = "the cookie keeps the shopper in",
        [BrokenRule.LetsCachesKeepThePage] = "no cache keeps the page",
        [BrokenRule.ShowsTheCookieToScripts] = "the cookie is HttpOnly, SameSite, and Secure on https",
        [BrokenRule.SendsTheCookieFromOtherSites] = "the cookie is HttpOnly, SameSite, and Secure on https",
        [BrokenRule.SendsTheCookieInTheClear] = "the cookie is HttpOnly, SameSite, and Secure on https",
        [BrokenRule.EndsTheCookieInADay] = "the cookie's own end is not after the admission's",
        [BrokenRule.SignsNoCookie] = "a cookie that was written by hand",
        [BrokenRule.LetsABadTokenThrowOut] = "a bad token beside a good cookie takes nothing away",
        [BrokenRule.KeepsTheOldCookie] = "a good new token replaces the cookie",
        [BrokenRule.MakesTheTokenTheCookie] = "a used token as a cookie or header",
        [BrokenRule.LetsTheCookieOutliveTheAdmission] = "the cookie ends with the admission",
        [BrokenRule.BouncesForEver] = "no round trips for ever",
        [BrokenRule.VerifiesNoSignature] = "a tampered token",
        [BrokenRule.TakesUnsigned] = "an unsigned token (alg none)",
        [BrokenRule.ConfusesKeys] = "HS256 with the public key",
        [BrokenRule.TrustsUnknownKids] = "a forged token under an unknown kid",
        [BrokenRule.FallsOverGarbage] = "not a token at all",
        [BrokenRule.TriesEveryKey] = "a token under another key's kid",
        [BrokenRule.IgnoresExp] = "an expired token",
        [BrokenRule.IgnoresNbf] = "a token of a later time",
        [BrokenRule.AllowsAMinuteOfSkew] = "a token that ended more than 5 s ago",
        [BrokenRule.AllowsAMinuteAhead] = "a token that begins in more than 5 s",
        [BrokenRule.IgnoresAud] = "a token for another storefront",
        [BrokenRule.IgnoresSale] = "a token for another sale",
        [BrokenRule.IgnoresIss] = "a token of another issuer",
        [BrokenRule.TakesMissingClaims] = "a token without its claims",
        [BrokenRule.TakesAnySize] = "a token of more than 2,048 characters",
        [BrokenRule.AcceptsTwice] = "a used token in another browser",
        [BrokenRule.KnowsTokensByTheirSignature] = "a used token with its signature rewritten",
        [BrokenRule.ChecksAndThenRemembers] = "one token in many browsers at once",
        [BrokenRule.ForgetsUsedTokens] = "a used token is remembered",
        [BrokenRule.RedeemsLater] = "a used token at the edge",
        [BrokenRule.IgnoresThatItIsOver] = "410 when redeeming: to the line, and not in",
        [BrokenRule.WaitsForTheEdge] = "the edge down: the admitted go on, no one else",
        [BrokenRule.MixesUpShoppers] = "a crowd of mixed shoppers in parallel",
        [BrokenRule.NeverFetchesAgain] = "keys rotated: old and new shoppers pass",
        [BrokenRule.FetchesForEveryToken] = "a flood of unknown kids causes few fetches",
        [BrokenRule.DropsKeysWithTheEdge] = "the edge down: the admitted go on, no one else",
        [BrokenRule.KeepsRevokedKeys] = "a key revoked: its token and its cookie open nothing",
        [BrokenRule.KeepsCookiesOfRevokedKeys] = "a key revoked: its token and its cookie open nothing",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shop_that_keeps_every_rule_passes_every_check()
    {
        var results = await RunAsync(BrokenRule.None);

        Assert.True(results.All(result => result.Outcome == CheckOutcome.Pass), string.Join('\n', results));
        Assert.Equal(ConformanceRun.Names, results.Select(result => result.Name));
    }

    [Fact]
    public async Task Each_rule_that_is_broken_is_caught_by_the_check_of_its_name()
    {
        Assert.Equal(Enum.GetValues<BrokenRule>().Skip(1).Order(), s_caughtBy.Keys.Order());
        var missed = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(s_caughtBy.Where(one => one.Key != BrokenRule.SendsTheCookieInTheClear), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancel },
            async (one, _) =>
            {
                var results = await RunAsync(one.Key, one.Value);
                if (results.SingleOrDefault(result => result.Name == one.Value)?.Outcome != CheckOutcome.Fail)
                    missed.Add($"{one.Key}: {string.Join("; ", results)}");
            });
        Assert.True(missed.IsEmpty, string.Join('\n', missed));
    }

    [Fact]
    public void Each_check_is_seen_to_fail_and_is_in_the_document()
    {
        // A forged token under a known kid is what a tampered one is; both are caught by the signature.
        Assert.Equal(ConformanceRun.Names.Except(["a forged token under a known kid"]).Order(), s_caughtBy.Values.Distinct().Order());
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs/embedding.md"));
        var listed = document.Split("a shop that… |\n|---|---|---|---|\n")[1].Split('\n').TakeWhile(row => row.StartsWith("| ", StringComparison.Ordinal))
            .Select(row => row.Split('|', StringSplitOptions.TrimEntries)).ToList();
        Assert.Equal(ConformanceRun.Names, listed.Select(row => row[1]));
        Assert.Equal(ConformanceRun.Names.Select(ShopsThatFail), listed.Select(row => row[4]));
    }

    /// <summary>The command as a user runs it, since a certificate of one's own is trusted by the whole process.</summary>
    [Theory]
    [InlineData(BrokenRule.None, 0)]
    [InlineData(BrokenRule.SendsTheCookieInTheClear, 1)]
    public async Task On_https_the_cookie_is_Secure(object broken, int exitCode)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=shop", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        var trusted = Path.Combine(Path.GetTempPath(), Unique.Name("shop") + ".pem");
        await File.WriteAllTextAsync(trusted, certificate.ExportCertificatePem(), Cancel);
        try
        {
            await using var edge = await FakeEdge.StartAsync(new FakeEdge { KeysKnownWithin = s_enough });
            await using var shop = await ReferenceShop.OpenAsync(edge, (BrokenRule)broken, certificate);
            var start = new ProcessStartInfo("dotnet")
            {
                ArgumentList =
                {
                    typeof(ConformanceCommand).Assembly.Location, "conformance", shop.Url.AbsoluteUri, "--sale", Sale, "--shoppers", $"{Crowd}",
                },
                Environment = { ["SSL_CERT_FILE"] = trusted },
                RedirectStandardOutput = true,
            };
            using var command = Process.Start(start)!;
            var told = await command.StandardOutput.ReadToEndAsync(Cancel);
            await command.WaitForExitAsync(Cancel);

            Assert.True(command.ExitCode == exitCode, told);
            Assert.Contains($" {exitCode} failed,", told, StringComparison.Ordinal);
            Assert.True(told.Contains("is not Secure", StringComparison.Ordinal) == (exitCode == 1), told);
        }
        finally
        {
            File.Delete(trusted);
        }
    }

    /// <summary>As the document's table names them, by what they do.</summary>
    private static string ShopsThatFail(string check) => string.Join("; ", s_caughtBy.Where(one => one.Value == check)
        .Select(one => Words().Replace(one.Key.ToString(), " $0").Trim().ToLowerInvariant()));

    [GeneratedRegex("[A-Z][a-z]*")]
    private static partial Regex Words();

    private static async Task<IReadOnlyList<CheckResult>> RunAsync(BrokenRule broken, params string[] only)
    {
        await using var edge = await FakeEdge.StartAsync(new FakeEdge { KeysKnownWithin = broken == BrokenRule.None ? s_longest : s_enough });
        await using var shop = await ReferenceShop.OpenAsync(edge, broken);
        return await ConformanceRun.RunAsync(shop.Url, Sale, edge, Crowd, Cancel, only);
    }
}
