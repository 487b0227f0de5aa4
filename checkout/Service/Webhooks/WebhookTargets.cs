using System.Net;

using FlashSale.Contract;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Webhooks;

/// <summary>Where events may be sent: a storefront chooses the URL (<see cref="PublicTargets"/>).</summary>
public sealed class WebhookTargets(IOptions<WebhookOptions> options)
{
    private readonly PublicTargets _targets = new(options.Value.AllowLoopback);

    /// <summary>True for a URL that a storefront may register.</summary>
    public bool IsAllowed(string? text) => _targets.IsAllowed(text);

    /// <summary>True for an address that may be connected to.</summary>
    public bool IsAllowed(IPAddress address) => _targets.IsAllowed(address);

    /// <summary>As <see cref="PublicTargets.Handler"/>.</summary>
    public SocketsHttpHandler Handler() => _targets.Handler(TimeSpan.FromSeconds(options.Value.TimeoutSeconds));
}
