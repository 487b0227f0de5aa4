namespace FlashSale.PaymentSimulator;

/// <summary>The pages and scripts that are built into the simulator.</summary>
internal static class EmbeddedText
{
    /// <param name="name">Room and file: <c>Hosted.hosted.html</c>.</param>
    public static string Read(string name)
    {
        using var reader = new StreamReader(
            typeof(EmbeddedText).Assembly.GetManifestResourceStream("FlashSale.PaymentSimulator." + name)
                ?? throw new InvalidOperationException($"{name} is not built in"));
        return reader.ReadToEnd();
    }
}
