using FlashSale.Contract;

namespace FlashSale.Gateway.Pages;

/// <summary>What the waiting page shows of a sale and, for a browser without script, of a place.</summary>
public sealed record WaitingPageModel
{
    public required Sale Sale { get; init; }

    /// <summary>Its name and look; null while the edge doesn't know it.</summary>
    public Storefront? Storefront { get; init; }

    /// <summary>Validated. Where "back to the shop" leads when the storefront has no home.</summary>
    public required string ReturnUrl { get; init; }

    /// <summary>The ledger's time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether a shopper whose page sleeps can be called.</summary>
    public bool CanCall { get; init; }

    /// <summary>
    /// Set for a browser without script: the page then shows this place and loads itself again. Null: the page asks for
    /// the place by script, and offers the form to who has none.
    /// </summary>
    public WaitingPlace? Place { get; init; }

    /// <summary>Set for a browser without script whose last form was refused.</summary>
    public Problem? Problem { get; init; }

    /// <summary>What that form asked for, to be asked for again.</summary>
    public string? Action { get; init; }

    /// <summary>What the shopper has bought, with <see cref="Contract.Problem.AlreadyBought"/>.</summary>
    public Purchase? Order { get; init; }
}
