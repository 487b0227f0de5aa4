using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

using FlashSale.Gateway.Called;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>Messages are encrypted as RFC 8291 says, with its own example.</summary>
public sealed class PushCipherTests
{
    private const string Plain = "When I grow up, I want to be a watermelon";
    private const string SenderPublic =
        "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
    private const string SenderPrivate = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    private const string BrowserPublic =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    private const string BrowserPrivate = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    private const string Auth = "BTBZMqHH6r4Tts7J_aSIgg";
    private const string Salt = "DGv6ra1nlYgDCS1FRnbzlw";

    /// <summary>RFC 8291, section 5.</summary>
    private const string Body =
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3"
        + "jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    [Fact]
    public void The_standards_example_comes_out_byte_for_byte()
    {
        using var sender = Key(SenderPublic, SenderPrivate);
        var to = new Subscription("https://push.example.net/x", Bytes(BrowserPublic), Bytes(Auth));

        var body = PushCipher.Encrypt(Encoding.ASCII.GetBytes(Plain), to, sender, Bytes(Salt));

        Assert.Equal(Body, Base64Url.EncodeToString(body));
    }

    [Fact]
    public void The_browser_of_these_tests_reads_the_standards_example()
    {
        using var browser = Key(BrowserPublic, BrowserPrivate);
        Assert.Equal(Plain, Encoding.ASCII.GetString(LocalBrowser.Decrypt(Bytes(Body), browser, Bytes(Auth))));
    }

    [Fact]
    public void Two_messages_share_neither_key_nor_salt()
    {
        var browser = new LocalBrowser("https://push.example.net/x");
        var to = new Subscription(browser.Endpoint, browser.Point, RandomNumberGenerator.GetBytes(16));
        var (one, other) = (PushCipher.Encrypt("x"u8, to), PushCipher.Encrypt("x"u8, to));
        Assert.NotEqual(one[..16], other[..16]);
        Assert.NotEqual(one[21..86], other[21..86]);
    }

    [Fact]
    public void What_is_no_point_of_the_curve_is_no_key()
    {
        var point = Bytes(BrowserPublic);
        Assert.True(PushCipher.IsPoint(point));
        point[64] ^= 1;
        Assert.False(PushCipher.IsPoint(point));
        Assert.False(PushCipher.IsPoint([3, .. point[1..]]));
        Assert.False(PushCipher.IsPoint(new byte[65]));
    }

    private static byte[] Bytes(string text) => Base64Url.DecodeFromChars(text);

    private static ECDiffieHellman Key(string point, string secret)
    {
        var parameters = PushCipher.Parameters(Bytes(point));
        parameters.D = Bytes(secret);
        return ECDiffieHellman.Create(parameters);
    }
}
