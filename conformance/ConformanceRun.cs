using System.Globalization;
using System.Text.Json;

using Spectre.Console;

namespace FlashSale.Conformance;

/// <summary>Drives a storefront's protected URL through the redirect protocol and prints the table.</summary>
public static class ConformanceRun
{
    /// <summary>Shoppers of the parallel check, by default.</summary>
    public const int Crowd = 200;

    /// <summary>Prints the table; 0 when nothing failed, 1 otherwise.</summary>
    public static async Task<int> PrintAsync(
        IAnsiConsole console, Uri url, string sale, string? dataDirectory, int crowd, CancellationToken cancel)
    {
        var line = dataDirectory is null ? null : new Installation(dataDirectory);
        var results = await RunAsync(url, sale, line, crowd, cancel).ConfigureAwait(false);
        var table = new Table().Title($"{Markup.Escape(url.ToString())} and the redirect protocol")
            .AddColumns("check", "", "s", "detail");
        foreach (var (name, outcome, detail, took) in results)
        {
            var colour = outcome switch { CheckOutcome.Pass => "green", CheckOutcome.Fail => "red", _ => "yellow" };
            table.AddRow(Markup.Escape(name), $"[{colour}]{outcome.ToString().ToLowerInvariant()}[/]",
                took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture), Markup.Escape(detail));
        }

        console.Write(table);
        var failed = results.Count(result => result.Outcome == CheckOutcome.Fail);
        console.WriteLine($"{results.Count(result => result.Outcome == CheckOutcome.Pass)} passed, {failed} failed, "
            + $"{results.Count(result => result.Outcome == CheckOutcome.Skipped)} not checked");
        return failed == 0 ? 0 : 1;
    }

    /// <summary>The names of all checks, in the order of the table.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Checks(null!).Select(check => check.Name)];

    /// <summary>Makes every check, one after the other; or the first shopper's way in, and those that are named.</summary>
    /// <param name="line">Null when nobody operates it for the run.</param>
    public static async Task<IReadOnlyList<CheckResult>> RunAsync(
        Uri url, string sale, ILineOperator? line, int crowd, CancellationToken cancel, params IReadOnlyCollection<string> only)
    {
        var shop = new TestedStorefront(url, sale, line?.ApiKey);
        using var shopper = new Visitor();
        CheckedVisit visit;
        try
        {
            var sent = await shop.LineAsync(shopper, url, cancel).ConfigureAwait(false);
            visit = new CheckedVisit(shop, sent, shopper, await sent.AdmitAsync(shopper, cancel).ConfigureAwait(false), line, crowd);
        }
        catch (Exception error) when (IsFinding(error, cancel))
        {
            return [new CheckResult("no token: to the line, and through it", CheckOutcome.Fail, error.Message)];
        }

        var results = new List<CheckResult>();
        foreach (var check in Checks(visit))
        {
            if (only.Count == 0 || only.Contains(check.Name) || check.Name == ArrivalChecks.First)
                results.Add(await CheckAsync(check, cancel).ConfigureAwait(false));
        }

        await visit.Line.GiveBackAsync(shopper, visit.Admitted.Token, cancel).ConfigureAwait(false);
        return results;
    }

    private static IEnumerable<ProtocolCheck> Checks(CheckedVisit visit) =>
    [
        .. new ArrivalChecks(visit).All(), .. new WayChecks(visit).All(), .. new TokenChecks(visit).All(),
        .. new SignedChecks(visit).All(), .. new OperatorChecks(visit).All(),
    ];

    private static async Task<CheckResult> CheckAsync(ProtocolCheck check, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            await check.RunAsync(cancel).ConfigureAwait(false);
            return new CheckResult(check.Name, CheckOutcome.Pass, "", TimeProvider.System.GetElapsedTime(began));
        }
        catch (NotCheckedException why)
        {
            return new CheckResult(check.Name, CheckOutcome.Skipped, why.Message);
        }
        catch (Exception error) when (IsFinding(error, cancel))
        {
            return new CheckResult(check.Name, CheckOutcome.Fail, error.Message, TimeProvider.System.GetElapsedTime(began));
        }
    }

    // Whatever a storefront does wrong is a row of the table, not the end of the run.
    private static bool IsFinding(Exception error, CancellationToken cancel) => !cancel.IsCancellationRequested
        && error is BrokenRuleException or HttpRequestException or JsonException or KeyNotFoundException or UriFormatException
            or OperationCanceledException or InvalidOperationException;
}
