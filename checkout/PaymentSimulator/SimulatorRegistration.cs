namespace FlashSale.PaymentSimulator;

public static class SimulatorRegistration
{
    /// <summary>A form of the API is this large at the most, in bytes.</summary>
    private const long MaxForm = 64 * 1024;

    /// <summary>What every room needs.</summary>
    public static void AddSimulator(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxForm);
        builder.Services.AddOptions<SimulatorOptions>().BindConfiguration(SimulatorOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(TimeProvider.System);
    }
}
