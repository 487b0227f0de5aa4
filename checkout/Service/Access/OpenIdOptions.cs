using System.ComponentModel.DataAnnotations;

using FlashSale.Contract;

namespace FlashSale.Checkout.Access;

/// <summary>Sign-in of operators by an OpenID Connect provider; without an authority there is none.</summary>
public sealed class OpenIdOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Operators:OpenId";

    /// <summary>The provider's base URL, https (http only on this machine); its discovery document is below it. Empty: no such sign-in.</summary>
    public string Authority { get; set; } = "";

    /// <summary>As the provider knows this installation.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The secret that goes with it.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>Where operators reach the dashboard, without a path: the provider sends them back to <c>/admin/signed-in</c> there.</summary>
    public string PublicOrigin { get; set; } = "";

    /// <summary>The claim that names the operator in the journal. Choose one that nobody can choose for themselves.</summary>
    [Required]
    public string NameClaim { get; set; } = "email";

    /// <summary>The claim with the operator's groups (or roles), which the three lists below name.</summary>
    [Required]
    public string GroupClaim { get; set; } = "groups";

    /// <summary>Groups that may see, separated by commas; <c>group=storefront</c>: of one storefront only.</summary>
    public string Viewers { get; set; } = "";

    /// <summary>Groups that may run sales, in the same form.</summary>
    public string Operators { get; set; } = "";

    /// <summary>Groups that may set up storefronts, keys and operators, in the same form.</summary>
    public string Admins { get; set; } = "";

    /// <summary>How long a sign-in lasts, in minutes; default 60. Whoever the provider has let go is out by then.</summary>
    [Range(1, 1440)]
    public int SessionMinutes { get; set; } = 60;

    public bool IsOn => Authority.Length > 0;

    /// <summary>The highest role that the groups have, and what of; null when they have none. Of all storefronts before one's.</summary>
    internal (OperatorRole Role, StorefrontId? Storefront)? RoleOf(IReadOnlyCollection<string> groups) =>
        new[] { (OperatorRole.Admin, Admins), (OperatorRole.Operator, Operators), (OperatorRole.Viewer, Viewers) }
            .SelectMany(list => Entries(list.Item2).Select(entry => (Role: list.Item1, entry.Group, entry.Storefront)))
            .Where(entry => groups.Contains(entry.Group, StringComparer.Ordinal))
            .OrderBy(entry => entry.Storefront is null ? 0 : 1).ThenByDescending(entry => entry.Role)
            .Select(entry => ((OperatorRole, StorefrontId?)?)(entry.Role, entry.Storefront)).FirstOrDefault();

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsOn) yield break;
        if (!IsUrl(Authority, out _)) yield return new($"{Section}:{nameof(Authority)} must be an https URL", [nameof(Authority)]);
        if (ClientId.Length == 0) yield return new($"{Section}:{nameof(ClientId)} is missing", [nameof(ClientId)]);
        if (!IsUrl(PublicOrigin, out var origin) || origin.PathAndQuery != "/")
            yield return new($"{Section}:{nameof(PublicOrigin)} must be an https URL without a path", [nameof(PublicOrigin)]);
        foreach (var (name, list) in new[] { (nameof(Viewers), Viewers), (nameof(Operators), Operators), (nameof(Admins), Admins) })
            if (list.Split(',').Any(entry => entry.Split('=') is { Length: > 1 } parts && (parts.Length > 2 || !StorefrontId.TryParse(parts[1].Trim(), out _))))
                yield return new($"{Section}:{name} must be groups, or group=storefront, separated by commas", [name]);
    }

    private static bool IsUrl(string text, out Uri url) => Uri.TryCreate(text, UriKind.Absolute, out url!)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    private static IEnumerable<(string Group, StorefrontId? Storefront)> Entries(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('=', 2, StringSplitOptions.TrimEntries))
            .Select(parts => (parts[0], parts.Length > 1 ? StorefrontId.Parse(parts[1]) : (StorefrontId?)null));
}
