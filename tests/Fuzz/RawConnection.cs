using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace FlashSale.Tests.Fuzz;

/// <summary>Sends bytes over a connection of its own and reads what comes back, as bytes.</summary>
internal static class RawConnection
{
    /// <summary>Whoever gets no answer for this long has found a hang.</summary>
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(60);

    /// <summary>What is not a whole request may be waited for; this long, then the client goes away.</summary>
    private static readonly TimeSpan s_glance = TimeSpan.FromMilliseconds(150);

    /// <summary>The answer as Latin-1 text; empty when the connection was closed or reset without one.</summary>
    /// <exception cref="TimeoutException">A whole request was not answered.</exception>
    public static async Task<string> AskAsync(Uri url, HostileRequest request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        using var patience = new CancellationTokenSource(request.IsWhole ? s_hang : s_glance);
        var answer = new StringBuilder();
        try
        {
            var stream = client.GetStream();
            var sending = stream.WriteAsync(request.Bytes, patience.Token).AsTask();
            var buffer = new byte[16 * 1024];
            while (!IsComplete(answer) && await stream.ReadAsync(buffer, patience.Token) is > 0 and var read)
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            await sending;
        }
        catch (IOException)
        {
            // Refused in the middle of it, which is an answer too.
        }
        catch (OperationCanceledException) when (!request.IsWhole)
        {
            // Kept waiting, as it was allowed to.
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"no answer within {s_hang}");
        }

        return answer.ToString();
    }

    /// <summary>One answer has been read; a kept connection is not waited for. Without a length, its end is.</summary>
    private static bool IsComplete(StringBuilder answer)
    {
        var text = answer.ToString();
        var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0 || text.StartsWith("HTTP/1.1 100", StringComparison.Ordinal)) return false;
        if (text.AsSpan(0, head).Contains("\r\nTransfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
            return text.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
        const string Length = "\r\nContent-Length: ";
        var at = text.AsSpan(0, head).IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return false;
        var digits = text.AsSpan(at + Length.Length, head - at - Length.Length);
        if (digits.IndexOf('\r') is > 0 and var end) digits = digits[..end];
        return text.Length - head - 4 >= int.Parse(digits, CultureInfo.InvariantCulture);
    }
}
