using System.Text.RegularExpressions;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Differences;
using FlashSale.Checkout.Payments.Webhooks;
using FlashSale.Checkout.Webhooks;
using FlashSale.Local;
using FlashSale.Tests.Architecture;

using Xunit;

namespace FlashSale.Tests.Checkout;

/// <summary>What a stored number means is said by an enum; the schema says the same, and no statement says it again.</summary>
public sealed partial class StoredNumberTests
{
    private static readonly string s_service = Path.Combine(Repository.Root, "checkout/Service");

    public static TheoryData<string, string, Type> Columns { get; } = new()
    {
        { "reservations", "state", typeof(ReservationState) },
        { "reservations", "reason", typeof(ReleaseReason) },
        { "payment_differences", "kind", typeof(DifferenceKind) },
        { "payment_webhooks", "state", typeof(InboxState) },
        { "webhook_deliveries", "state", typeof(DeliveryState) },
    };

    [Theory]
    [MemberData(nameof(Columns))]
    public void The_schema_names_the_numbers_as_the_enum_does(string table, string column, Type states)
    {
        var named = Numbers().Matches(Comment(table, column)).ToDictionary(
            one => int.Parse(one.Groups[1].Value, null), one => one.Groups[2].Value.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(
            Enum.GetValues(states).Cast<object>().ToDictionary(Convert.ToInt32, state => state.ToString()!.ToLowerInvariant()),
            named);
    }

    [Theory]
    [InlineData("reservations", "payment_state", nameof(PaymentState))]
    [InlineData("payment_attempts", "state", nameof(AttemptState))]
    [InlineData("payment_attempts", "outcome", nameof(AttemptOutcome))]
    [InlineData("sales", "line_order", "LineOrder")]
    [InlineData("sales", "identity_rule", "IdentityRule")]
    public void Or_the_schema_names_the_enum(string table, string column, string states) =>
        Assert.StartsWith(states, Comment(table, column), StringComparison.Ordinal);

    /// <summary>As the schema has it: 1–4, and 10 and higher when final; 5, the bank's challenge, and 6, a refund, came later.</summary>
    [Fact]
    public void The_final_states_of_an_attempt_are_those_from_ten_on()
    {
        Assert.Contains("1–4, and 10 and higher when final", Comment("payment_attempts", "state"), StringComparison.Ordinal);
        Assert.Equal(10, (int)Attempt.FirstFinal);
        AttemptState[] open =
        [
            AttemptState.Created, AttemptState.Confirming, AttemptState.Capturing, AttemptState.Closing,
            AttemptState.Authenticating, AttemptState.Returning,
        ];
        Assert.Equal([1, 2, 3, 4, 5, 6], open.Select(state => (int)state));
        Assert.All(Enum.GetValues<AttemptState>().Except(open), state => Assert.True(state >= Attempt.FirstFinal));
    }

    [Fact]
    public void No_statement_says_a_state_by_its_number() => Assert.Empty(SourceFile.Under(s_service).SelectMany(
        file => Raw().Matches(file.Text).Select(match => $"{file.Path}: {match.Value}")));

    [Theory]
    [InlineData("WHERE state = 1"), InlineData("r.state IN (1, 2)"), InlineData("SET payment_state = 4,")]
    [InlineData("state NOT IN (3)"), InlineData("a.state > 10"), InlineData("reason = 1, live_unit")]
    public void Such_a_number_would_be_seen(string statement) => Assert.Matches(Raw(), statement);

    /// <summary>What the migrations say beside the column.</summary>
    private static string Comment(string table, string column)
    {
        var schema = string.Join('\n', Directory.EnumerateFiles(Path.Combine(s_service, "Ledger/Migrations"), "V*.sql")
            .Order(StringComparer.Ordinal).Select(File.ReadAllText));
        var from = schema.IndexOf($"CREATE TABLE {table} (", StringComparison.Ordinal);
        var lines = schema[from..schema.IndexOf(") ENGINE", from, StringComparison.Ordinal)].Split('\n');
        var line = Assert.Single(lines, one => one.StartsWith($"  {column} ", StringComparison.Ordinal));
        // Numbers that came later stand at the top of their migration.
        var later = schema.Split('\n').Where(one => one.StartsWith($"-- {table}.{column}: ", StringComparison.Ordinal));
        return string.Join(", ", [line[(line.IndexOf("-- ", StringComparison.Ordinal) + 3)..], .. later.Select(one => one[(one.IndexOf(": ", StringComparison.Ordinal) + 2)..])]);
    }

    [GeneratedRegex(@"(\d+) ([a-z][a-z ]*)")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"\b(state|reason|payment_state|outcome) *(=|<>|<|>|<=|>=|(NOT )?IN \()\s*\d+")]
    private static partial Regex Raw();
}
