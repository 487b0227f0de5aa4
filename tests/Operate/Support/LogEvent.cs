using System.Globalization;
using System.Reflection;
using System.Text;

using Microsoft.Extensions.Logging;

namespace FlashSale.Tests.Operate.Support;

/// <summary>One kind of line in the logs.</summary>
/// <param name="By">Whose logs.</param>
public sealed record LogEvent(int Id, string? Name, string By, LogLevel Level, string Message)
{
    private static readonly (Assembly Assembly, string By)[] s_writers =
    [
        (typeof(FlashSale.Gateway.Program).Assembly, "gateway"),
        (typeof(FlashSale.Queue.LineOptions).Assembly, "gateway, waitingroom"),
        (typeof(FlashSale.WaitingRoom.Program).Assembly, "waitingroom"),
        (typeof(FlashSale.Checkout.Program).Assembly, "checkout"),
        (typeof(FlashSale.PaymentSimulator.Program).Assembly, "paymentsimulator"),
        (typeof(FlashSale.Admission.AdmissionVerifier).Assembly, "a storefront; 9001 also gateway, checkout"),
    ];

    /// <summary>All that the services write by themselves, by their ids.</summary>
    public static IReadOnlyList<LogEvent> All { get; } =
        [.. s_writers.SelectMany(writer => Read(writer.Assembly, writer.By)).OrderBy(one => one.Id)];

    /// <summary>As Markdown.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder("| id | name | in the logs of | level | |\n|--:|---|---|---|---|\n");
        foreach (var one in All)
            text.Append(CultureInfo.InvariantCulture, $"| {one.Id} | `{one.Name}` | {one.By} | {one.Level} | {one.Message} |\n");
        return text.ToString();
    }

    private static IEnumerable<LogEvent> Read(Assembly assembly, string writer) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(
            BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        let log = method.GetCustomAttribute<LoggerMessageAttribute>()
        where log is not null
        select new LogEvent(log.EventId, log.EventName, writer, log.Level, log.Message);
}
