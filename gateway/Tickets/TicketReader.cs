using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary>The ticket that a request shows for a sale, and whether it still counts there.</summary>
/// <param name="moves">Where a place can move to another device; else there is none.</param>
public sealed class TicketReader(TicketSigner signer, PlaceMoves? moves = null)
{
    private const string Scheme = "Ticket";

    /// <summary>
    /// <c>Authorization: Ticket …</c>, else the sale's cookie; of several cookies the newest place. Since a sale asks for its
    /// storefront's word, the ticket of an anonymous visitor counts no more.
    /// </summary>
    public bool TryRead(HttpRequest request, ListedSale listed, out Ticket ticket)
    {
        if (Credentials.Authorization(request, Scheme) is { IsEmpty: false } header) return IsGood(header, listed, out ticket);
        var found = false;
        ticket = default;
        foreach (var text in Credentials.Cookies(request, listed.TicketCookie))
        {
            if (!IsGood(text, listed, out var one) || (found && !IsNewer(one.Place, ticket.Place))) continue;
            (found, ticket) = (true, one);
        }
        return found;
    }

    /// <summary>Why no ticket was read: there is none, or its place has moved to another device.</summary>
    public Problem Refusal(HttpRequest request, ListedSale listed)
    {
        if (moves is null) return Problem.TicketInvalid;
        if (Credentials.Authorization(request, Scheme) is { IsEmpty: false } header)
            return HasMoved(header, listed) ? Problem.PlaceMoved : Problem.TicketInvalid;
        foreach (var text in Credentials.Cookies(request, listed.TicketCookie))
            if (HasMoved(text, listed)) return Problem.PlaceMoved;
        return Problem.TicketInvalid;
    }

    /// <summary>Asks Redis, for what must not be a moment late: why a ticket counts no more, its place having moved meanwhile.</summary>
    /// <returns>Null while it counts.</returns>
    public async ValueTask<Problem?> RefusalNowAsync(Ticket ticket) =>
        (moves is null ? false : await moves.HasMovedNowAsync(ticket).ConfigureAwait(false)) switch
        {
            false => null,
            true => Problem.PlaceMoved,
            null => Problem.Unavailable,
        };

    private bool HasMoved(ReadOnlySpan<char> text, ListedSale listed) =>
        IsOurs(text, listed, out var ticket) && moves!.HasMoved(ticket);

    private bool IsGood(ReadOnlySpan<char> text, ListedSale listed, out Ticket ticket) =>
        IsOurs(text, listed, out ticket) && (moves is null || !moves.HasMoved(ticket));

    private bool IsOurs(ReadOnlySpan<char> text, ListedSale listed, out Ticket ticket) =>
        signer.TryVerify(listed.Sale.Id, text, out ticket)
        && (listed.Sale.Identity == IdentityRule.Anonymous || !IsVisitor(ticket.Shopper));

    private static bool IsVisitor(ShopperId shopper)
    {
        Span<byte> hash = stackalloc byte[ShopperId.VisitorBytes];
        return shopper.TryGetVisitor(hash);
    }

    private static bool IsNewer(Place one, Place other) =>
        one.Epoch != other.Epoch ? one.Epoch > other.Epoch : one.Number > other.Number;
}
