namespace FlashSale.Tests.Fuzz;

/// <summary>A request as bytes.</summary>
/// <param name="IsWhole">Its framing was left alone, so it must be answered; else the server may wait for more.</param>
internal sealed record HostileRequest(byte[] Bytes, bool IsWhole, string What);
