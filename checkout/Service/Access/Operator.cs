using FlashSale.Contract;

using Microsoft.AspNetCore.Http.Features;

namespace FlashSale.Checkout.Access;

/// <summary>Who calls an operators' route, or changes what the journal tells of.</summary>
/// <param name="Name">As the journal has it: an operator's name, or for anyone else a text that can be none.</param>
/// <param name="Storefront">The only one whose sales they see and change; null: all.</param>
/// <param name="From">The address that they call from: see <see cref="ClientAddress.Words"/>.</param>
public sealed record Operator(string Name, OperatorRole Role, StorefrontId? Storefront, string From)
{
    /// <summary>Of whoever shows the environment's admin key.</summary>
    public const string AdminKey = "(admin key)";

    public bool MayReach(StorefrontId storefront) => Storefront is null || Storefront == storefront;

    /// <summary>The one whom the guard has let in.</summary>
    public static Operator Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.GetRequiredFeature<Operator>();
    }

    /// <summary>A storefront's own server, by its API key.</summary>
    public static Operator Shop(StorefrontId storefront, HttpContext context) =>
        new($"storefront:{storefront}", OperatorRole.Admin, storefront, ClientAddress.Words(context));
}
