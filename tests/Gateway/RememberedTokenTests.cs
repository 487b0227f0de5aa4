using FlashSale.Admission;
using FlashSale.Tests.Checkout;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>A token that was verified is remembered, and is good no longer than it would be anew.</summary>
public sealed class RememberedTokenTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_remembered_token_is_refused_once_it_has_expired()
    {
        await using var source = await TokenSource.StartAsync();
        using var published = await PublishedKeys.OfAsync(source);
        var (clock, verifier) = (published.Clock, published.Verifier);
        // Expires after redeem-by and 300 s, by the machine's clock, which goes on while the verifier's stands still.
        var token = source.Sign("sale", 1, redeemIn: TimeSpan.FromSeconds(60));
        Assert.Equal(AdmissionRejection.None, (await verifier.VerifyAsync(token, Cancel)).Rejection);
        clock.Advance(TimeSpan.FromSeconds(330));
        Assert.Equal(AdmissionRejection.None, (await verifier.VerifyAsync(token, Cancel)).Rejection);
        clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(AdmissionRejection.Expired, (await verifier.VerifyAsync(token, Cancel)).Rejection);
    }

    [Fact]
    public async Task A_remembered_token_is_refused_once_its_key_is_withdrawn()
    {
        await using var source = await TokenSource.StartAsync();
        using var published = await PublishedKeys.OfAsync(source);
        var (clock, verifier) = (published.Clock, published.Verifier);
        var token = source.Sign("sale", 1);
        Assert.Equal(AdmissionRejection.None, (await verifier.VerifyAsync(token, Cancel)).Rejection);

        published.Jwks = PublishedKeys.Another;
        clock.Advance(AdmissionKeys.MinRefetch * 2);
        // Any unknown key id makes it fetch the keys again.
        var unknown = source.Sign("sale", 2, with: source.Credentials("unknown"));
        Assert.Equal(AdmissionRejection.UnknownKey, (await verifier.VerifyAsync(unknown, Cancel)).Rejection);
        Assert.Equal(AdmissionRejection.UnknownKey, (await verifier.VerifyAsync(token, Cancel)).Rejection);
    }

    [Fact]
    public void No_more_tokens_are_remembered_than_there_is_room_for_and_one_in_use_is_kept()
    {
        const int Room = 100;
        var tokens = new VerifiedTokens(Room);
        var entry = new VerifiedTokens.Entry(new("1-1-1", "sale", "shopper", "demo", 1, 1, default, default), "key");
        var digests = Enumerable.Range(0, 20 * Room).Select(n => VerifiedTokens.Digest.Of($"token {n}")).ToList();
        foreach (var digest in digests)
        {
            tokens.Add(digest, entry);
            Assert.NotNull(tokens.Find(digests[0]));
        }

        Assert.InRange(digests.Count(digest => tokens.Find(digest) is not null), Room / 2, Room);
    }
}
