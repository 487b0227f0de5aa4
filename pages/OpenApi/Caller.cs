namespace FlashSale.Pages.OpenApi;

/// <summary>Who may call a route.</summary>
public enum Caller
{
    Anyone,

    /// <summary>The shopper's ticket, by cookie or <c>Authorization: Ticket</c>.</summary>
    Ticket,

    /// <summary>The shopper's admission, by cookie or <c>Authorization: Bearer</c>.</summary>
    Admission,

    /// <summary>A storefront's API key.</summary>
    Storefront,

    /// <summary>Either of the two.</summary>
    AdmissionOrStorefront,

    /// <summary>The operators' API key.</summary>
    Operator,
}
