namespace FlashSale.PaymentSimulator.Page;

public static class PageRegistration
{
    /// <summary>What the page shows.</summary>
    public static IServiceCollection AddPage(this IServiceCollection services) => services.AddSingleton<RecentCalls>();
}
