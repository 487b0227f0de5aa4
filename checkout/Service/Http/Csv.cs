using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace FlashSale.Checkout.Http;

/// <summary>CSV (RFC 4180) that is no spreadsheet's formula.</summary>
internal static partial class Csv
{
    private static readonly SearchValues<char> s_quoted = SearchValues.Create("\",;|\t\r\n'");

    public static StringBuilder AppendRow(this StringBuilder text, params IEnumerable<string?> fields) =>
        text.AppendJoin(',', fields.Select(Field)).Append("\r\n");

    /// <summary>Begins the answer: a file of that name.</summary>
    public static void Begin(HttpResponse response, string name)
    {
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}.csv\"";
    }

    /// <summary>A text that others chose may be anything printable: a spreadsheet must not take it for a formula.</summary>
    private static string Field(string? value)
    {
        if (string.IsNullOrEmpty(value)) return "";
        // Where a comma is the decimal point, spreadsheets part cells at semicolons: a formula may begin behind each.
        value = Formula().Replace(value, "$1'$2");
        return value.AsSpan().ContainsAny(s_quoted) || value[0] == ' '
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : value;
    }

    /// <summary>A cell's start, or what another spreadsheet takes for one, quoted or not, and the sign that makes a formula of it.</summary>
    [GeneratedRegex(@"((?:^|[;,|\t])[\s""]*)([=+\-@])")]
    private static partial Regex Formula();
}
