using FlashSale.Contract;

namespace FlashSale.Checkout.Ledger;

/// <summary>
/// Until the schema is there, every route answers 503 but those that say they do without the ledger: a statement of this version
/// must not meet the tables of the one before.
/// </summary>
public static class SchemaGate
{
    /// <summary>After routing.</summary>
    public static void UseSchemaGate(this WebApplication app)
    {
        var migrator = app.Services.GetRequiredService<Migrator>();
        app.Use((context, next) =>
            migrator.Migrated.IsCompletedSuccessfully || context.GetEndpoint() is not RouteEndpoint route
            || route.Metadata.GetMetadata<WithoutLedger>() is not null
                ? next(context)
                : Problem.Unavailable.WriteAsync(context.Response, "The ledger is not reached or not migrated yet."));
    }

    /// <summary>The route needs no ledger.</summary>
    public static TBuilder NeedsNoLedger<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new WithoutLedger());

    private sealed class WithoutLedger;
}
