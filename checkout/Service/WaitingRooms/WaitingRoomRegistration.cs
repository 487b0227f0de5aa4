using FlashSale.Checkout.Ledger;

namespace FlashSale.Checkout.WaitingRooms;

/// <summary>What the checkout says to the waiting rooms, and asks of them.</summary>
public static class WaitingRoomRegistration
{
    public static IServiceCollection AddWaitingRooms(this IServiceCollection services)
    {
        services.AddOptions<CheckoutOptions>().BindConfiguration(CheckoutOptions.Section).ValidateDataAnnotations()
            .Validate(options => options.IsValid(), "Checkout:WaitingRoomUrl must be http(s) URLs, separated by commas")
            .ValidateOnStart();
        services.AddHttpClient(Poker.Client);
        return services.AddSingleton<LineClient>().AddBackground<Poker>();
    }
}
