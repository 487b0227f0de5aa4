using System.Collections.Concurrent;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FlashSale.Tests.Fuzz;

/// <summary>
/// Exceptions that nothing in an edge expected. Their shoppers are told 503, as of an outage: only the log tells them apart.
/// </summary>
internal sealed class UnexpectedFaults : ILoggerProvider, ILogger
{
    /// <summary>Where <c>Faults</c> logs, with <see cref="Unexpected"/>.</summary>
    public const string Category = "FlashSale.Gateway.Faults";
    private const int Unexpected = 1020;

    private readonly ConcurrentQueue<string> _seen = new();

    public UnexpectedFaults(WebApplication edge) => edge.Services.GetRequiredService<ILoggerFactory>().AddProvider(this);

    public IReadOnlyCollection<string> Seen => _seen;

    public ILogger CreateLogger(string categoryName) => categoryName == Category ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == Unexpected) _seen.Enqueue($"{formatter(state, exception)}: {exception}");
    }

    public void Dispose()
    {
    }
}
