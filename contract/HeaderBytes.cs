using System.Text;

using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FlashSale.Contract;

/// <summary>
/// What headers carry are bytes: a browser sends a cookie in whatever letters a shop's script has set it. Read and written as Latin-1
/// each byte is one character and comes out as it went in; as anything else, one cookie with an umlaut would shut the shop to its owner.
/// </summary>
public static class HeaderBytes
{
    /// <summary>The one encoding in which every byte is a character.</summary>
    public static Encoding Encoding => Encoding.Latin1;

    public static void Keep(KestrelServerOptions kestrel)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        kestrel.RequestHeaderEncodingSelector = _ => Encoding;
        kestrel.ResponseHeaderEncodingSelector = _ => Encoding;
    }
}
