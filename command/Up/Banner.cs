using FlashSale.Local;

namespace FlashSale.Command.Up;

/// <summary>What an operator needs first.</summary>
internal static class Banner
{
    public static void Write(string edgeUrl, string adminKey, DataFolder data) => Console.WriteLine($"""

        FlashSale is ready.
          Shop       {edgeUrl}/
          Dashboard  {edgeUrl}/admin/
          Admin key  {adminKey}
          Logs       {data.Path}/logs

        Ctrl-C or {data.DownCommand} ends it.
        """);
}
