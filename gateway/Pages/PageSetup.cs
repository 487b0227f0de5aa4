namespace FlashSale.Gateway.Pages;

public static class PageSetup
{
    /// <summary>The waiting page.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services) =>
        services.AddSingleton<LineRoutes>().AddSingleton<AttentionRoutes>()
            .AddSingleton<MailLinkRoutes>().AddSingleton<MailLinkPage>();
}
