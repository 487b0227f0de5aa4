using FlashSale.Admission;
using FlashSale.Checkout.Http;
using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments;
using FlashSale.Checkout.Sales;
using FlashSale.Checkout.Storefronts;
using FlashSale.Contract;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Reservations;

/// <summary>What shoppers and storefronts' servers do with reservations.</summary>
public static class ReservationRoutes
{
    /// <summary>The verifier of admissions and what sweeps.</summary>
    public static IServiceCollection AddReservations(this IServiceCollection services)
    {
        services.AddOptions<AdmissionOptions>().BindConfiguration(AdmissionOptions.Section).ValidateDataAnnotations()
            .Validate(options => options.IsValid(), "Admission:JwksUrl must be an absolute http(s) URL").ValidateOnStart();
        services.AddHttpClient(Admissions.Client, client => client.Timeout = TimeSpan.FromSeconds(2));
        services.AddSingleton(provider => new AdmissionKeys(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(Admissions.Client),
            provider.GetRequiredService<IOptions<AdmissionOptions>>().Value.JwksUrl,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AdmissionKeys>>()));
        services.AddHostedService(provider => provider.GetRequiredService<AdmissionKeys>());
        services.AddSingleton(provider => new AdmissionVerifier(
            provider.GetRequiredService<AdmissionKeys>(), provider.GetRequiredService<IOptions<AdmissionOptions>>().Value.Issuer,
            audiences: null, provider.GetRequiredService<LedgerClock>()));
        services.AddSingleton<Admissions>();
        services.AddSingleton<ReservationAccess>();
        return services.AddBackground<Sweeper>();
    }

    public static void MapReservations(this IEndpointRouteBuilder routes)
    {
        var shoppers = routes.MapGroup("").AddEndpointFilter(async (context, next) =>
        {
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            return await next(context).ConfigureAwait(false);
        });
        shoppers.MapPost("/sales/{sale}/reservations", ReserveAsync);
        shoppers.MapGet("/reservations/{id}", async (
            string id, HttpContext context, ReservationAccess access, CancellationToken cancel) =>
        {
            var (row, problem) = await access.FindAsync(context, id, cancel).ConfigureAwait(false);
            return row is null ? problem! : Json(row);
        });
        shoppers.MapDelete("/reservations/{id}", CancelAsync);
        shoppers.MapPost("/reservations/{id}/confirm", ConfirmAsync);
        shoppers.MapPost("/reservations/{id}/payments", async (
            string id, HttpContext context, ReservationAccess access, Cashier cashier, CancellationToken cancel) =>
        {
            var (row, problem) = await access.FindAsync(context, id, cancel, shopperOnly: true).ConfigureAwait(false);
            if (row is null) return problem!;
            var (body, malformed) = await JsonBody.ReadAsync(context.Request, cancel).ConfigureAwait(false);
            return malformed
                ?? await PaymentRoutes.PayAsync(context.Request, body, row, cashier, cancel).ConfigureAwait(false);
        });
    }

    private static async Task<IResult> ReserveAsync(
        string sale, HttpContext context, Admissions admissions, SaleCatalog catalog, Reservations reservations,
        CancellationToken cancel)
    {
        if (!SaleId.TryParse(sale, out var id)) return Problem.Malformed.Result("not a sale id");
        var (_, malformed) = await JsonBody.ReadAsync(context.Request, cancel).ConfigureAwait(false);
        if (malformed is not null) return malformed;
        var (admission, problem) = await admissions.CheckAsync(context, id, cancel).ConfigureAwait(false);
        if (admission is null) return problem!;
        if (await catalog.FindAsync(id, cancel).ConfigureAwait(false) is not { } row) return Problem.UnknownSale.Result();
        if (admission.Storefront != row.Sale.Storefront.Value || !ShopperId.TryParse(admission.Shopper, out var shopper))
            return Problem.AdmissionInvalid.Result();

        var outcome = await reservations.ReserveAsync(new Redemption(
            row.No, admission.Id, shopper, admission.Unit, admission.Place, admission.RedeemBy), cancel).ConfigureAwait(false);
        return outcome switch
        {
            ReserveOutcome.Reserved made => Json(made.Reservation, StatusCodes.Status201Created),
            ReserveOutcome.Repeated made => Json(made.Reservation),
            ReserveOutcome.AdmissionSpent => Problem.AdmissionSpent.Result(),
            ReserveOutcome.AdmissionMissed => Problem.AdmissionMissed.Result(),
            ReserveOutcome.AlreadyReserved other =>
                Problem.AlreadyReserved.Result(extensions: ("reservation", other.Reservation.ToString())),
            ReserveOutcome.AlreadyBought => Problem.AlreadyBought.Result(),
            ReserveOutcome.SaleEnded => Problem.SaleEnded.Result(),
            ReserveOutcome.UnitTaken => Problem.NotYourTurn.Result("the unit is gone; you are next in line for another"),
            _ => Problem.Unavailable.Result(),
        };
    }

    private static async Task<IResult> CancelAsync(
        string id, HttpContext context, ReservationAccess access, Reservations reservations, CancellationToken cancel)
    {
        var (row, problem) = await access.FindAsync(context, id, cancel, shopperOnly: true).ConfigureAwait(false);
        if (row is null) return problem!;
        var outcome = await reservations.ReleaseAsync(row.Id, ReleaseReason.Cancelled, cancel).ConfigureAwait(false);
        return outcome switch
        {
            TransitionOutcome.Done done => Json(done.Reservation),
            TransitionOutcome.Refused { Reservation.State: ReservationState.Sold } => Problem.AlreadyBought.Result(),
            TransitionOutcome.Refused => Problem.PaymentInProgress.Result(),
            _ => Problem.NotFound.Result(),
        };
    }

    private static async Task<IResult> ConfirmAsync(
        string id, HttpContext context, ReservationAccess access, Reservations reservations, CancellationToken cancel)
    {
        var (row, problem) = await access.FindAsync(context, id, cancel, storefrontOnly: true).ConfigureAwait(false);
        if (row is null) return problem!;
        var outcome = await reservations.ConfirmAsync(row.Id, cancel).ConfigureAwait(false);
        return outcome switch
        {
            TransitionOutcome.Done done => Json(done.Reservation),
            TransitionOutcome.Refused { Reservation.State: ReservationState.Securing } => Problem.PaymentInProgress.Result(),
            TransitionOutcome.Refused => Problem.ReservationEnded.Result(),
            _ => Problem.NotFound.Result(),
        };
    }

    private static IResult Json(Reservation row, int status = StatusCodes.Status200OK) =>
        Results.Json(ReservationView.Of(row), Wire.Json, statusCode: status);
}

/// <summary>Whose reservation it is: the shopper's own by their admission, a storefront's by its API key.</summary>
public sealed class ReservationAccess(
    Admissions admissions, StorefrontKeys keys, SaleCatalog catalog, Reservations reservations)
{
    /// <summary>The reservation when it is the caller's, else the problem to answer with: someone else's is 404.</summary>
    /// <param name="shopperOnly">A storefront's key does not do.</param>
    /// <param name="storefrontOnly">Only a storefront's key does.</param>
    public async Task<(Reservation? Row, IResult? Problem)> FindAsync(
        HttpContext context, string id, CancellationToken cancel, bool shopperOnly = false, bool storefrontOnly = false)
    {
        if (!ReservationId.TryParse(id, out var reservation)) return (null, Problem.NotFound.Result());
        var bearer = Credentials.Bearer(context);
        if (storefrontOnly || (!shopperOnly && StorefrontKeys.IsKey(bearer)))
        {
            if (await keys.FindAsync(bearer, cancel).ConfigureAwait(false) is not { } storefront)
                return (null, Problem.ApiKeyInvalid.Result());
            var sale = await catalog.FindAsync(reservation.Sale, cancel).ConfigureAwait(false);
            return sale?.Sale.Storefront == storefront
                ? await ReadAsync(reservation, null, cancel).ConfigureAwait(false)
                : (null, Problem.NotFound.Result());
        }

        var (admission, problem) = await admissions.CheckAsync(context, reservation.Sale, cancel).ConfigureAwait(false);
        return admission is null ? (null, problem) : await ReadAsync(reservation, admission, cancel).ConfigureAwait(false);
    }

    private async Task<(Reservation?, IResult?)> ReadAsync(
        ReservationId id, VerifiedAdmission? by, CancellationToken cancel)
    {
        var row = await reservations.FindAsync(id.Value, cancel).ConfigureAwait(false);
        return row is not null && row.Sale == id.Sale && (by is null || by.Shopper == row.Shopper)
            ? (row, null)
            : (null, Problem.NotFound.Result());
    }
}
