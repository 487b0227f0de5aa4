using MySqlConnector;

namespace FlashSale.Checkout.Reservations;

/// <summary>Writes what belongs to a transition, in its transaction.</summary>
/// <param name="row">The reservation as it is afterwards.</param>
/// <returns>False: it could not, and the transition is undone.</returns>
public delegate Task<bool> TransitionAlong(MySqlTransaction within, Reservation row, CancellationToken cancel);
