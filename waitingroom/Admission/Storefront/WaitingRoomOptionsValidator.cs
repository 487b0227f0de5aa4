using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Options;

namespace FlashSale.Admission;

/// <summary>Collects every mistake, each with its configuration key.</summary>
internal sealed class WaitingRoomOptionsValidator : IValidateOptions<WaitingRoomOptions>
{
    public ValidateOptionsResult Validate(string? name, WaitingRoomOptions options)
    {
        var errors = new List<string>();
        void Require(bool valid, string key, string rule)
        {
            if (!valid) errors.Add($"{WaitingRoomOptions.Section}:{key} {rule}");
        }

        Require(IsOrigin(options.Edge), "Edge", "must be an absolute http(s) URL without a query");
        Require(options.EdgeFromServer is null || IsOrigin(options.EdgeFromServer), "EdgeFromServer",
            "must be an absolute http(s) URL without a query");
        Require(options.PublicOrigin is null || IsOrigin(options.PublicOrigin), "PublicOrigin",
            "must be an absolute http(s) URL without a query");
        Require(SaleName.IsValid(options.Storefront), "Storefront", "must be a storefront's id");
        Require(options.Sale is null || SaleName.IsValid(options.Sale), "Sale", "must be a sale's id");
        Require(options.Issuer.Length > 0, "Issuer", "must not be empty");
        Require(options.EnqueueSecret is null or { Length: >= 32 }, "EnqueueSecret", "must have 32 characters or more");
        Require(string.IsNullOrEmpty(options.ApiKey) || options.ApiKey.StartsWith("fsk_", StringComparison.Ordinal), "ApiKey",
            "must be a storefront's API key, fsk_…");
        Require(options.UnreachableAfter >= TimeSpan.Zero && options.UnreachableAfter <= TimeSpan.FromMinutes(10),
            "UnreachableAfter", "must be 0 to 10 minutes");
        Require(options.IdleTimeout >= TimeSpan.FromSeconds(1) && options.IdleTimeout <= TimeSpan.FromDays(1),
            "IdleTimeout", "must be 1 second to 1 day");
        foreach (var pattern in options.Protect) Require(IsPattern(pattern), "Protect", $"has no route pattern '{pattern}'");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool IsOrigin(Uri? url) =>
        url is { IsAbsoluteUri: true, Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" };

    private static bool IsPattern(string pattern)
    {
        try
        {
            RoutePatternFactory.Parse(pattern);
            return true;
        }
        catch (RoutePatternException)
        {
            return false;
        }
    }
}
