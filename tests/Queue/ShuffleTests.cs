using System.Security.Cryptography;

using FlashSale.Contract;
using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Queue;

public sealed class ShuffleTests
{
    private static readonly byte[] s_seed = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(10_000)]
    public void Every_number_has_one_rank_and_every_rank_one_number(int count)
    {
        var shuffle = new Shuffle(s_seed, count);
        var ranks = Enumerable.Range(1, count).Select(number => shuffle.RankOf(number)).ToList();
        Assert.Equal(Enumerable.Range(1, count).Select(i => (long)i), ranks.Order());
        Assert.All(Enumerable.Range(1, count), number => Assert.Equal(number, shuffle.NumberAt(shuffle.RankOf(number))));
        Assert.Equal(count + 1, shuffle.RankOf(count + 1));
        Assert.Equal(count + 1, shuffle.NumberAt(count + 1));
    }

    /// <summary>What docs/order.md says for whoever writes it anew.</summary>
    [Theory]
    [InlineData(10, "1, 2, 3, 4, 5, 6, 7, 8, 9, 10", "5, 6, 8, 1, 9, 10, 7, 2, 3, 4")]
    [InlineData(100_000, "1, 2, 3, 99999, 100000", "49569, 78389, 64846, 31070, 96295")]
    public async Task The_documents_test_vector_is_what_the_line_computes(int count, string numbers, string ranks)
    {
        var shuffle = new Shuffle(s_seed, count);
        Assert.Equal(ranks, string.Join(", ", numbers.Split(", ").Select(number => shuffle.RankOf(long.Parse(number, null)))));
        var document = await File.ReadAllTextAsync(
            Path.Combine(FlashSale.Local.Repository.Root, "docs/order.md"), TestContext.Current.CancellationToken);
        Assert.Contains($"| {count} | {numbers} | {ranks} |", document, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(s_seed)), document, StringComparison.Ordinal);
        Assert.Contains(Shuffle.Algorithm, document, StringComparison.Ordinal);
        var seed = Convert.ToBase64String(s_seed);
        Assert.Contains(Draw.Commitment(seed, "drand quicknet, round 1000"), document, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(Draw.Key(seed, "fe290beca10872ef2fb164d2aa4442de")), document, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void Anybody_can_check_a_place_by_the_published_rule(long count)
    {
        var shuffle = new Shuffle(s_seed, count);
        foreach (var number in new[] { 1, 2, 3, count / 2 + 1, count }) Assert.Equal(Checked(number), shuffle.RankOf(number));

        // Written from the documentation, without the tables.
        long Checked(long number)
        {
            var bits = (int)Math.Ceiling(Math.Log2(count));
            var w = Math.Max(4, (bits + 1) / 2);
            var x = number - 1;
            do
            {
                var (left, right) = (x >> w, x & ((1 << w) - 1));
                for (var i = 0; i < 8; i++)
                {
                    byte[] input = [(byte)i, (byte)(right >> 24), (byte)(right >> 16), (byte)(right >> 8), (byte)right];
                    var hash = HMACSHA256.HashData(s_seed, input);
                    long word = ((long)hash[0] << 24) | ((long)hash[1] << 16) | ((long)hash[2] << 8) | hash[3];
                    (left, right) = (right, left ^ (word & ((1 << w) - 1)));
                }

                x = (left << w) + right;
            }
            while (x >= count);
            return x + 1;
        }
    }

    [Fact]
    public void Every_place_has_an_equal_chance_over_the_seeds()
    {
        const int Count = 10, Draws = 5000;
        var seen = new int[Count, Count];
        for (var draw = 0; draw < Draws; draw++)
        {
            var shuffle = new Shuffle(SHA256.HashData(BitConverter.GetBytes(draw)), Count);
            for (var number = 1; number <= Count; number++) seen[number - 1, shuffle.RankOf(number) - 1]++;
        }

        // Chi-square with 9 degrees of freedom: above 33.7 in one of 10,000.
        const double Expected = (double)Draws / Count;
        for (var number = 0; number < Count; number++)
        {
            var square = Enumerable.Range(0, Count).Sum(rank => Math.Pow(seen[number, rank] - Expected, 2) / Expected);
            Assert.InRange(square, 0, 33.7);
        }
    }
}
