using FlashSale.Admission;
using FlashSale.Tests.Checkout;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>A token of a key that is not known is refused only by keys that have just been fetched: older ones say nothing of it.</summary>
public sealed class UnknownKeyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_keys_cannot_be_fetched_anew_a_token_of_a_key_that_is_not_known_is_not_refused()
    {
        await using var source = await TokenSource.StartAsync();
        using var published = await PublishedKeys.OfAsync(source);
        var theirs = published.Jwks;
        var token = source.Sign("sale", 1);
        published.Jwks = PublishedKeys.Another;
        Assert.Equal(AdmissionRejection.UnknownKey, await RejectionAsync(published, token));

        published.Jwks = null;
        published.Clock.Advance(AdmissionKeys.MinRefetch);
        Assert.Equal(AdmissionRejection.KeysUnavailable, await RejectionAsync(published, token));
        var fetches = published.Fetches;
        Assert.Equal(AdmissionRejection.KeysUnavailable, await RejectionAsync(published, token));
        Assert.Equal(fetches, published.Fetches); // Nothing has been fetched since, and still nothing is known.

        published.Jwks = theirs;
        published.Clock.Advance(AdmissionKeys.MinRefetch);
        Assert.Equal(AdmissionRejection.None, await RejectionAsync(published, token));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","kid":"1"}]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","kid":"1","n":"AQAB","e":"AQAB"}]}""")]
    [InlineData("<html>")]
    public async Task An_answer_without_a_key_that_can_be_used_takes_none_away(string document)
    {
        await using var source = await TokenSource.StartAsync();
        using var published = await PublishedKeys.OfAsync(source);
        Assert.Equal(AdmissionRejection.None, await RejectionAsync(published, source.Sign("sale", 1)));

        published.Jwks = document;
        published.Clock.Advance(AdmissionKeys.MinRefetch);
        var unknown = await RejectionAsync(published, source.Sign("sale", 2, with: source.Credentials("unknown")));
        Assert.Equal((AdmissionRejection.KeysUnavailable, 2), (unknown, published.Fetches));
        Assert.Equal(AdmissionRejection.None, await RejectionAsync(published, source.Sign("sale", 1)));
    }

    [Fact]
    public async Task Who_goes_away_while_the_keys_are_fetched_takes_them_from_nobody_else()
    {
        await using var source = await TokenSource.StartAsync();
        using var published = await PublishedKeys.OfAsync(source);
        var answer = new TaskCompletionSource();
        published.Before = answer.Task;
        using var gone = new CancellationTokenSource();
        var first = published.Verifier.VerifyAsync(source.Sign("sale", 1), gone.Token).AsTask();
        var second = RejectionAsync(published, source.Sign("sale", 2));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        answer.SetResult();
        Assert.Equal(AdmissionRejection.None, await second);
        Assert.Equal(1, published.Fetches);
    }

    private static async Task<AdmissionRejection> RejectionAsync(PublishedKeys published, string token) =>
        (await published.Verifier.VerifyAsync(token, Cancel)).Rejection;
}
