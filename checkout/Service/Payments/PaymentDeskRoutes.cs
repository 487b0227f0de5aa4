namespace FlashSale.Checkout.Payments;

public static class PaymentDeskRoutes
{
    /// <summary>Adds to the operators' group.</summary>
    public static void MapPaymentDesk(this RouteGroupBuilder admin) => admin.MapGet(
        "/payments", (PaymentDesk desk, CancellationToken cancel) => desk.ShowAsync(cancel));
}
