using FlashSale.Contract;
using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Queue;

public sealed class TicketTests
{
    private const string A = "a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private const string B = "b:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    private static readonly SaleId s_sale = SaleId.Parse("xphone");

    private static Ticket Ticket(string shopper = "ann") =>
        new(s_sale, new Place(1_900_000_000, 42), ShopperId.TryParse(shopper, out var id) ? id : default);

    [Fact]
    public void A_ticket_reads_back_as_it_was_signed()
    {
        foreach (var shopper in new[] { "x", "ann@example.org", new string('~', 128) })
        {
            var signer = new TicketSigner(A);
            Assert.True(signer.TryVerify(s_sale, signer.Sign(Ticket(shopper)), out var read));
            Assert.Equal(Ticket(shopper), read);
        }
    }

    [Fact]
    public void A_ticket_of_a_place_that_has_moved_says_how_often_and_a_version_of_before_does_not_take_it()
    {
        var signer = new TicketSigner(A);
        foreach (var shopper in new[] { "x", new string('~', 128) })
        {
            var moved = Ticket(shopper) with { Moves = 3 };
            Assert.True(signer.TryVerify(s_sale, signer.Sign(moved), out var read));
            Assert.Equal(moved, read);
            Assert.Equal(2, System.Buffers.Text.Base64Url.DecodeFromChars(signer.Sign(moved))[0]);
            Assert.Equal(1, System.Buffers.Text.Base64Url.DecodeFromChars(signer.Sign(Ticket(shopper)))[0]);
        }
    }

    [Fact]
    public void A_ticket_of_another_sale_or_key_is_none()
    {
        var text = new TicketSigner(A).Sign(Ticket());
        Assert.False(new TicketSigner(A).TryVerify(SaleId.Parse("xphone2"), text, out _));
        Assert.False(new TicketSigner(B).TryVerify(s_sale, text, out _));
        Assert.False(new TicketSigner("a:" + B[2..]).TryVerify(s_sale, text, out _));
    }

    [Fact]
    public void Keys_are_rotated_without_losing_tickets()
    {
        var old = new TicketSigner(A).Sign(Ticket());
        var rotated = new TicketSigner($"{B},{A}");
        Assert.True(rotated.TryVerify(s_sale, old, out _));
        Assert.True(new TicketSigner($"{A},{B}").TryVerify(s_sale, rotated.Sign(Ticket()), out _));
        Assert.False(new TicketSigner(A).TryVerify(s_sale, rotated.Sign(Ticket()), out _));
    }

    [Fact]
    public void A_changed_bit_anywhere_makes_it_none()
    {
        var signer = new TicketSigner(A);
        var text = signer.Sign(Ticket());
        for (var i = 0; i < text.Length; i++)
        {
            foreach (var other in "AQgw_-=. ")
            {
                var forged = text[..i] + other + text[(i + 1)..];
                if (forged != text) Assert.False(signer.TryVerify(s_sale, forged, out _), $"{i}: {other}");
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not a ticket")]
    [InlineData("=====")]
    [InlineData("äöü")]
    public void Any_other_text_is_none(string text)
    {
        Assert.False(new TicketSigner(A).TryVerify(s_sale, text, out _));
        Assert.False(new TicketSigner(A).TryVerify(s_sale, new string('A', 10_000), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a:short")]
    [InlineData("a:AAAA")]
    [InlineData(A + "," + A)]
    public void Bad_keys_are_refused(string keys) => Assert.Throws<FormatException>(() => new TicketSigner(keys));
}
