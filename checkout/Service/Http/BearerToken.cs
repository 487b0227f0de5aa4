namespace FlashSale.Checkout.Http;

/// <summary>What a request brings as <c>Authorization: Bearer</c>.</summary>
public static class BearerToken
{
    /// <summary>Null when there is none.</summary>
    public static string? Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : null;
    }
}
