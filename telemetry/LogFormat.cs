namespace FlashSale.Telemetry;

/// <summary>How logs are written to the console.</summary>
public enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object a line, for a collector; with trace and span id where traces are exported.</summary>
    Json,
}
