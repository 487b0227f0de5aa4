using System.Globalization;
using System.Net;
using System.Text;

namespace FlashSale.LoadTest.Reports;

/// <summary>A run as one HTML file that needs nothing else: no script, no network.</summary>
public static class HtmlReport
{
    private const string Style =
        """
        body{font:15px/1.5 system-ui,sans-serif;color:#1c2733;background:#f4f6f8;margin:0}
        main{max-width:960px;margin:0 auto;padding:24px}
        h1{font-size:26px;margin:0}h2{font-size:19px;margin:32px 0 8px}p{margin:4px 0}
        .verdict{padding:14px 18px;border-radius:8px;margin:16px 0;color:#fff}
        .passed{background:#23804a}.failed{background:#b3362e}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:10px}
        .tile{background:#fff;border-radius:8px;padding:10px 14px}.tile b{display:block;font-size:22px}
        table{border-collapse:collapse;background:#fff;width:100%;border-radius:8px}
        th,td{padding:5px 12px;text-align:right;border-bottom:1px solid #e4e9ee}
        th:first-child,td:first-child,.text td,.text th{text-align:left}
        img{width:100%;background:#fff;border-radius:8px}small{color:#5b6b7a}
        """;

    public static string Write(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">")
            .Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
            .Append(CultureInfo.InvariantCulture, $"<title>{Text(report.Scenario.Name)}: a load test of FlashSale</title>")
            .Append(CultureInfo.InvariantCulture, $"<style>{Style}</style><main>");
        Head(html, report);
        Tiles(html, report);
        Latencies(html, report);
        foreach (var (title, svg) in ReportPlots.Draw(report))
        {
            // As images, the drawings cannot disturb one another: SVGs of one page share their ids.
            var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(svg));
            html.Append(CultureInfo.InvariantCulture,
                $"<h2>{Text(title)}</h2><img alt=\"{Text(title)}\" src=\"data:image/svg+xml;base64,{data}\">");
        }
        Rest(html, report);
        return html.Append("</main></html>").ToString();
    }

    private static void Head(StringBuilder html, RunReport report)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h1>{Text(report.Scenario.Name)}</h1><p>{Text(report.Scenario.Purpose)}</p>")
            .Append(CultureInfo.InvariantCulture,
                $"<small>{report.StartedAt:yyyy-MM-dd HH:mm:ss} UTC · {Text(report.Target)} · sale {Text(report.Sale)}</small>")
            .Append(CultureInfo.InvariantCulture, $"<div class=\"verdict {(report.Passed ? "passed" : "failed")}\">");
        if (report.Passed) html.Append("Passed: the outcome is as expected and every invariant holds.");
        foreach (var failure in report.Failures)
            html.Append(CultureInfo.InvariantCulture, $"<p>Failed: {Text(failure)}</p>");
        html.Append("</div>");
    }

    private static void Tiles(StringBuilder html, RunReport report)
    {
        var (endings, costs) = (report.Endings, report.Costs);
        var peak = report.Timeline.Select(moment => moment.Here).DefaultIfEmpty().Max();
        html.Append("<div class=\"tiles\">");
        foreach (var (name, value) in new[]
        {
            ("shoppers", Number(report.Scenario.Shoppers)), ("units", Number(report.Audit.Inventory)),
            ("sold", Number(report.Audit.Sold)), ("violations", Number(report.Audit.Violations.Count)),
            ("told: sold out", Number(endings.SoldOut)), ("never paid, came or stayed", Number(endings.AsPlanned)),
            ("too slow", Number(endings.TooSlow)), ("failed", Number(endings.Failed)),
            ("cut off by the end", Number(endings.CutOff)), ("here at once", Number(peak)),
            ("seconds", Number(report.Seconds)), ("requests", Number(costs.Requests)),
            ("crowd CPU / request", $"{Number(costs.CrowdMicrosecondsPerRequest)} µs"),
            ("edge CPU / request", costs.EdgeMicrosecondsPerRequest is { } edge ? $"{Number(edge)} µs" : "elsewhere"),
        })
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"tile\"><b>{value}</b>{Text(name)}</div>");
        html.Append("</div>");
    }

    private static void Latencies(StringBuilder html, RunReport report)
    {
        html.Append("<h2>Latency</h2><table><tr><th>step<th>count<th>p50 ms<th>p90<th>p99<th>p99.9<th>max</tr>");
        foreach (var step in report.SendLag is { } lag ? [.. report.Latencies, lag] : report.Latencies)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(step.Step)}<td>{Number(step.Count)}")
                .Append(CultureInfo.InvariantCulture, $"<td>{step.P50:f1}<td>{step.P90:f1}<td>{step.P99:f1}")
                .Append(CultureInfo.InvariantCulture, $"<td>{step.P999:f1}<td>{step.Max:f1}</tr>");
        }
        html.Append("</table><small>From when a shopper meant to make the request to its last answer, repeats included: "
            + "waiting is not omitted. The send lag is the crowd's own part of that: how much later than meant it made a "
            + "request. The crowd shares its machine's processors with whatever else runs there.");
        if (report.Unfinished > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $" {Number(report.Unfinished)} requests were under way at the end and ")
                .Append("count with the time they had waited.");
        }
        html.Append("</small>");
    }

    private static void Rest(StringBuilder html, RunReport report)
    {
        var (fairness, audit) = (report.Fairness, report.Audit);
        html.Append(CultureInfo.InvariantCulture, $"<h2>Fairness</h2><p>{Number(fairness.Judged)} admissions judged: ")
            .Append(CultureInfo.InvariantCulture, $"{Number(fairness.OutOfOrder)} out of order, ")
            .Append(CultureInfo.InvariantCulture, $"{Number(fairness.PassedOver)} shoppers passed over.</p>");
        if (report.People is { } people)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p>People ahead, told {Number(people.Told)} times: off by {people.WorstOff:p1} at the ")
                .Append(CultureInfo.InvariantCulture, $"most; {Number(people.Missed)} missed the turn who polled when told; ")
                .Append(CultureInfo.InvariantCulture, $"sold in {people.SellingSeconds:f1} s, {people.Ratio:f2} of the time without those who are gone.</p>");
        }
        if (report.BotRequests > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p>Bots: {Number(report.BotRequests)} requests, ")
                .Append(CultureInfo.InvariantCulture, $"{Number(report.BotRefusals)} refused with 429.</p>");
        }
        Table(html, "Refusals and missing answers", ["step", "status", "code", "count"], report.Answers
            .Select(answer => new[] { answer.Step, $"{answer.Status}", answer.Code, Number(answer.Count) }));
        Table(html, "What shoppers met", ["what", "count"], report.Problems.OrderByDescending(pair => pair.Value)
            .Select(pair => new[] { pair.Key, Number(pair.Value) }));
        Table(html, "Audit", ["inventory", "available", "admitted", "held", "sold", "violations"],
        [
            [Number(audit.Inventory), Number(audit.Available), Number(audit.Admitted), Number(audit.Held),
                Number(audit.Sold), string.Join("; ", audit.Violations.Select(violation => violation.ToString()))],
        ]);
        if (report.Provider is { } provider)
        {
            Table(html, "The provider's own books", ["payments", "net captures", "authorised, without an end"],
                [[Number(provider.Payments), Number(provider.NetCaptures), Number(provider.Open)]]);
        }
        Table(html, "Memory", ["process", "most, in MB"], report.PeakMegabytes
            .Select(pair => new[] { pair.Key, Number(pair.Value) }));
        Table(html, "Settings", ["setting", "value"], Settings(report));
    }

    private static IEnumerable<string[]> Settings(RunReport report)
    {
        var (scenario, rules) = (report.Scenario, report.Scenario.Rules);
        yield return ["machine of the crowd", report.Machine.ToString()];
        if (report.Version.Length > 0) yield return ["version", report.Version];
        yield return ["edges", report.Target];
        yield return ["shoppers, units", $"{Number(scenario.Shoppers)}, {Number(scenario.Units)}"];
        yield return ["arrivals", scenario.Arrivals.ToString()];
        yield return ["start of the sale", $"{Number(rules.StartsAfter.TotalSeconds)} s after the first arrival"];
        yield return ["ends at the latest", $"after {Number(scenario.Limit.TotalMinutes)} minutes"
            + (scenario.EndsWhenSold ? "; with the last unit" : "")];
        yield return ["seed", $"{scenario.Seed}"];
        yield return ["admissions a second", $"{rules.AdmitPerSecond}"];
        yield return ["seconds to claim, to pay", $"{rules.ClaimSeconds}, {rules.PaySeconds}"];
        yield return ["presence, grace seconds", $"{rules.PresenceSeconds}, {rules.GraceSeconds}"];
        yield return ["payment attempts", $"{rules.PaymentAttempts}"];
        yield return ["share: Buys", (1 - scenario.Mix.Shares.Values.Sum()).ToString("p1", CultureInfo.InvariantCulture)];
        foreach (var (behaviour, share) in scenario.Mix.Shares)
            yield return [$"share: {behaviour}", share.ToString("p1", CultureInfo.InvariantCulture)];
        foreach (var (fault, rate) in scenario.Faults ?? new Dictionary<string, double>())
            yield return [$"fault: {fault}", rate.ToString("p1", CultureInfo.InvariantCulture)];
    }

    private static void Table(StringBuilder html, string title, string[] heads, IEnumerable<string[]> rows)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>{Text(title)}</h2><table class=\"text\"><tr>");
        foreach (var head in heads) html.Append(CultureInfo.InvariantCulture, $"<th>{Text(head)}");
        html.Append("</tr>");
        foreach (var row in rows)
        {
            html.Append("<tr>");
            foreach (var cell in row) html.Append(CultureInfo.InvariantCulture, $"<td>{Text(cell)}");
            html.Append("</tr>");
        }
        html.Append("</table>");
    }

    private static string Number(double number) => number.ToString("#,0.##", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
