package flashsale;

import java.util.Objects;

/** A sale's waiting room, as this shop stands behind it; {@link WaitingRoomFilter} is before the protected pages. */
public final class WaitingRoom implements AutoCloseable {
    final Builder options;
    final Tokens tokens;
    final Keys keys;
    final String cookie;
    private final Edge line;

    private WaitingRoom(Builder options) {
        this.options = options;
        cookie = "fs-admitted-" + options.sale;
        var edge = options.edgeFromServer == null ? options.edge : options.edgeFromServer;
        line = new Edge(edge, options.sale, options.apiKey);
        keys = new Keys(line);
        tokens = new Tokens(options, keys);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The edge, server to server. */
    public Edge line() {
        return line;
    }

    /** The Set-Cookie that ends the visit: the ledger says that it is over, the unit was given back or bought. */
    public String forgetting() {
        return cookie + "=; Path=/; Max-Age=0";
    }

    /** Ends the refreshing of the keys. */
    @Override
    public void close() {
        keys.close();
    }

    /** The options; edge, origin, storefront, sale, secret and store are required. */
    public static final class Builder {
        String edge;
        String origin;
        String storefront;
        String sale;
        String secret;
        Store store;
        String apiKey;
        String enqueueSecret;
        String edgeFromServer;
        String issuer = "flashsale";
        int idleSeconds = 600;

        private Builder() {
        }

        /** The line as browsers reach it. */
        public Builder edge(String url) { edge = url; return this; }

        /** This shop as browsers reach it; registered with the line's operator. */
        public Builder origin(String url) { origin = url; return this; }

        /** This shop's id at the line. */
        public Builder storefront(String id) { storefront = id; return this; }

        /** What is sold. */
        public Builder sale(String id) { sale = id; return this; }

        /** Of the own cookie: 32 characters or more, the same in all processes. */
        public Builder secret(String value) { secret = value; return this; }

        /** Where processes share what was used. */
        public Builder store(Store value) { store = value; return this; }

        /** {@code fsk_…}: redeems the unit as the shopper comes in. */
        public Builder apiKey(String value) { apiKey = value; return this; }

        /** Signs who the shopper is. */
        public Builder enqueueSecret(String value) { enqueueSecret = value; return this; }

        /** The line as this server reaches it; {@code edge} by default. */
        public Builder edgeFromServer(String url) { edgeFromServer = url; return this; }

        /** The tokens' {@code iss}; {@code flashsale} by default. */
        public Builder issuer(String value) { issuer = value; return this; }

        /** The cookie slides, and never outlives the admission; 600 by default. */
        public Builder idleSeconds(int value) { idleSeconds = value; return this; }

        /** Begins to fetch the line's keys. */
        public WaitingRoom build() {
            Objects.requireNonNull(edge, "WaitingRoom: edge is missing");
            Objects.requireNonNull(origin, "WaitingRoom: origin is missing");
            Objects.requireNonNull(storefront, "WaitingRoom: storefront is missing");
            Objects.requireNonNull(sale, "WaitingRoom: sale is missing");
            Objects.requireNonNull(secret, "WaitingRoom: secret is missing");
            Objects.requireNonNull(store, "WaitingRoom: store is missing");
            if (secret.length() < 32) throw new IllegalArgumentException("WaitingRoom: secret: 32 characters or more");
            return new WaitingRoom(this);
        }
    }
}
