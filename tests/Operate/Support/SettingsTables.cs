using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

using Microsoft.Extensions.Configuration;

namespace FlashSale.Tests.Operate.Support;

/// <summary>
/// Every key that the services read, from their options classes and those classes' documentation.
/// </summary>
public static partial class SettingsTables
{
    /// <summary>By the assembly that an options class is in.</summary>
    private static readonly (Assembly Assembly, string[] Services)[] s_readers =
    [
        (typeof(FlashSale.Contract.ServiceKeyOptions).Assembly, ["gateway", "waitingroom", "checkout"]),
        (typeof(FlashSale.Telemetry.TelemetryOptions).Assembly, ["gateway", "waitingroom", "checkout"]),
        (typeof(FlashSale.Queue.LineOptions).Assembly, ["gateway", "waitingroom"]),
        (typeof(FlashSale.Gateway.Program).Assembly, ["gateway"]),
        (typeof(FlashSale.WaitingRoom.Program).Assembly, ["waitingroom"]),
        (typeof(FlashSale.Checkout.Program).Assembly, ["checkout"]),
        (typeof(FlashSale.PaymentSimulator.Program).Assembly, ["paymentsimulator"]),
    ];

    /// <summary>The edge sets it, whatever the section of the line says.</summary>
    private const string SetByTheEdge = "Line:PollsPerSecond";

    public static IReadOnlyList<Setting> All { get; } =
        [.. s_readers.SelectMany(reader => Read(reader.Assembly, reader.Services))
            .Append(new Setting("Admission:Issuer", ["gateway"], "flashsale", false,
                "The `iss` of the tokens."))
            .GroupBy(setting => setting.Key).Select(Merge)];

    /// <summary>As Markdown: a table a section.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder();
        foreach (var section in All.GroupBy(setting => setting.Section)
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"#### {section.Key}\n\n| key | read by | default | |\n|---|---|---|---|\n");
            foreach (var setting in section)
            {
                var value = setting.IsRequired ? "**required**"
                    : setting.Default is { Length: > 0 } given ? $"`{given}`" : "none";
                text.Append(CultureInfo.InvariantCulture,
                    $"| `{setting.Key}` | {string.Join(", ", setting.Services)} | {value} ");
                text.Append(CultureInfo.InvariantCulture, $"| {setting.Text} |\n");
            }
            text.Append('\n');
        }
        return text.ToString();
    }

    private static Setting Merge(IEnumerable<Setting> same)
    {
        var all = same.ToList();
        return all[0] with
        {
            Services = [.. all.SelectMany(one => one.Services).Distinct()],
            IsRequired = all.Any(one => one.IsRequired),
        };
    }

    private static IEnumerable<Setting> Read(Assembly assembly, string[] services)
    {
        var docs = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value);
        return assembly.GetTypes()
            .Where(type =>
                type.Name.EndsWith("Options", StringComparison.Ordinal) && SectionOf(type) is not null)
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.SetMethod is { IsPublic: true })
                .OrderBy(property => property.MetadataToken)
                .Select(property => Read(type, property, docs, services)))
            .Where(setting => setting.Key != SetByTheEdge);
    }

    private static string? SectionOf(Type type) =>
        type.GetField("Section", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true } field
            ? (string)field.GetRawConstantValue()! : null;

    private static Setting Read(
        Type type, PropertyInfo property, Dictionary<string, XElement> docs, IReadOnlyList<string> services)
    {
        var named = property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name;
        var key = $"{SectionOf(type)}:{named ?? property.Name}";
        var text = docs.TryGetValue($"P:{type.FullName}.{property.Name}", out var member)
            ? Words(member.Element("summary")) : "";
        if (property.GetCustomAttribute<RangeAttribute>() is { } range
            && !text.Contains('–', StringComparison.Ordinal))
            text += $" {range.Minimum}–{range.Maximum}.";
        var value = Convert.ToString(property.GetValue(Activator.CreateInstance(type)),
            CultureInfo.InvariantCulture);
        var required = property.IsDefined(typeof(RequiredAttribute)) && string.IsNullOrEmpty(value);
        if (value is "True" or "False") value = value.ToLowerInvariant();
        return new Setting(key, services, value, required, text.Trim());
    }

    private static string Words(XElement? summary)
    {
        if (summary is null) return "";
        var text = string.Concat(summary.DescendantNodes().Select(node => node switch
        {
            XText { Parent.Name.LocalName: "c" } code => $"`{code.Value}`",
            XText plain => plain.Value,
            XElement element when element.Attribute("cref") is { } cref => $"`{cref.Value.Split('.')[^1]}`",
            _ => "",
        }));
        return Spaces().Replace(text, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
