namespace FlashSale.Tests.Connectors.WooCommerce;

/// <summary>An order as its merchant sees it.</summary>
/// <param name="States">What the plugin keeps of each line.</param>
internal sealed record OrderSeen(string Status, IReadOnlyList<string> States, IReadOnlyList<string> Notes, bool NeedsPayment);
