namespace FlashSale.Pages;

/// <summary>Someone else's script on a page of ours: what the page's policy opens for it, and for nobody else.</summary>
/// <param name="Scripts">Origins after a space each, or nothing.</param>
/// <param name="Connects">As <paramref name="Scripts"/>.</param>
/// <param name="Frames">The whole directive and a semicolon.</param>
public sealed record GuestScript(string Scripts, string Connects, string Frames);
