using FlashSale.Queue;

namespace FlashSale.Gateway.Called.ByMail;

/// <summary>What a link in a mail says.</summary>
/// <param name="Moves">How often the place had moved when the link was made: it is good until it moves again.</param>
/// <param name="Text">
/// Of one that moves the place: its shopper and, after a line's end, where the page leads. Else how the shopper is to be
/// called, sealed.
/// </param>
public sealed record PlaceLink(PlaceLinkKind Kind, DateTimeOffset Until, Place Place, byte Moves, ReadOnlyMemory<byte> Text);
