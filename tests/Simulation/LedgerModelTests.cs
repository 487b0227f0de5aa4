using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

using FlashSale.Checkout.Internal;
using FlashSale.Contract;
using FlashSale.Local;
using FlashSale.Simulator.Models;

using Xunit;

namespace FlashSale.Tests.Simulation;

/// <summary>
/// The simulator's ledger is held to the real one: random operations are done by the model, and by the
/// checkout's own code on a real database, and must give the same outcomes, rows and pulls. A failure prints
/// the seed and what was done; again with <c>FLASHSALE_MODEL_SEED=…</c>, longer with
/// <c>FLASHSALE_MODEL_OPERATIONS=20000</c>, recorded with <c>FLASHSALE_MODEL_RECORD=file</c>.
/// </summary>
public sealed class LedgerModelTests(LedgerSides sides, ITestOutputHelper output) : IClassFixture<LedgerSides>
{
    private const int Operations = 400;

    /// <summary>Steps of one sequence, which begins with an empty ledger and settings of its own.</summary>
    private const int Steps = 120;

    private static readonly JsonSerializerOptions s_json = new(Wire.Json) { WriteIndented = true };

    [Fact]
    public async Task The_model_of_the_ledger_does_what_the_checkout_does_on_a_database()
    {
        Assert.Equal(LedgerReader.OverlapSeconds, LedgerModel.OverlapSeconds);
        var operations = Number("FLASHSALE_MODEL_OPERATIONS") ?? Operations;
        var seed = Number("FLASHSALE_MODEL_SEED") ?? Random.Shared.Next(1_000_000);
        output.WriteLine($"FLASHSALE_MODEL_SEED={seed}");
        var (tally, began, sequences) = (new LedgerTally(), Stopwatch.GetTimestamp(), 0);
        for (; tally.Total < operations; sequences++)
        {
            var trial = new LedgerTrial(seed + sequences, sides.One, sides.Other, tally);
            await trial.BeginAsync(sides.Sale);
            for (var step = 0; step < Steps && tally.Total < operations; step++) await trial.StepAsync();
        }

        var record = JsonSerializer.Serialize(new
        {
            machine = Provenance.Machine(),
            commit = await Provenance.CommitAsync(TestContext.Current.CancellationToken),
            server = await sides.One.VersionAsync(),
            seed,
            operations = tally.Total,
            sequences,
            seconds = Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 1),
            differences = 0, // The first one ends the test.
            comparisonsOfRowsAndPulls = tally.Comparisons,
            overlaps = new
            {
                all = tally.Overlaps,
                waitedAsTheModelSays = tally.Waited,
                waitedBesides = tally.WaitedBesides,
            },
            byKind = tally.Operations,
            byOutcome = tally.Outcomes,
        }, s_json);
        output.WriteLine(record);
        if (Environment.GetEnvironmentVariable("FLASHSALE_MODEL_RECORD") is { } file)
            await File.WriteAllTextAsync(Path.Combine(Repository.Root, file), record + "\n");
    }

    [Theory]
    [InlineData("UPDATE reservations SET changed_at = changed_at + INTERVAL 1 SECOND WHERE state = 4")]
    [InlineData("UPDATE reservations SET live_shopper = NULL WHERE state = 3")]
    [InlineData("UPDATE sales SET revision = revision + 1 WHERE paused = 1")]
    public async Task A_database_that_is_not_as_the_model_says_is_noticed(string spoil)
    {
        const int seed = 1;
        var trial = new LedgerTrial(seed, sides.One, sides.Other, new LedgerTally(), spoil);
        await trial.BeginAsync(sides.Sale);
        var noticed = await Assert.ThrowsAsync<LedgerDifferenceException>(async () =>
        {
            for (var step = 0; step < 1000; step++) await trial.StepAsync();
        });
        Assert.StartsWith($"seed {seed}, operation ", noticed.Message);
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { } text
            ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
