package flashsale;

/**
 * A shopper whom the line has admitted to one unit; the token redeems it, server to server.
 *
 * @param kid the key that has signed the token
 * @param endsAt epoch seconds
 */
public record Admission(String token, String kid, String id, String shopper, int unit, long endsAt) {}
