package flashsale;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The line, server to server. Every call may be repeated, so it is repeated when the answer was lost. */
public final class Edge {
    private static final int TRIES = 5;
    private static final int PATIENCE_SECONDS = 2;
    private static final int REFRESH_SECONDS = 30; // a new key is published longer than this before it signs
    // A public key of P-256 in X.509's encoding, up to its x and y.
    private static final String P256 = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScheduledExecutorService refreshing = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "flashsale-keys");
        thread.setDaemon(true);
        return thread;
    });
    private final WaitingRoom.Options options;
    private volatile Map<String, PublicKey> keys = Map.of(); // the last good ones by kid
    private boolean isFetched; // by the last try
    private long triedAt = System.nanoTime() - TimeUnit.SECONDS.toNanos(1);

    Edge(WaitingRoom.Options options) {
        this.options = options;
        refreshing.scheduleWithFixedDelay(this::fetch, 0, REFRESH_SECONDS, TimeUnit.SECONDS);
    }

    /** What the edge said: a reservation, or a problem with its code; status 0: no answer came. */
    public record Answer(int status, JsonObject body) {
        /** The ledger's word that the admission is over: forget it, and the line gives a new place. */
        public boolean isOver() {
            return status == 410;
        }
    }

    private record Key(String kid, String crv, String x, String y) {}

    private record KeySet(List<Key> keys) {}

    /** The admitted unit, reserved: the same one however often. */
    public Answer redeem(String token) {
        return redeem(token, TRIES);
    }

    Answer redeem(String token, int tries) {
        var body = new Gson().toJson(Map.of("admission", token));
        return call("POST", "/sales/" + options.sale + "/reservations", body, tries);
    }

    /** The shop has the money: sold. 410 means too late: refund the shopper. */
    public Answer confirm(String reservation) {
        return call("POST", pathOf(reservation) + "/confirm", "", TRIES);
    }

    /** To the next in line. */
    public Answer giveBack(String reservation) {
        return call("DELETE", pathOf(reservation), "", TRIES);
    }

    /** Null when nobody has published it, even now. */
    PublicKey key(String kid) throws KeyException {
        if (!keys.containsKey(kid) && !fetch()) throw new KeyException("older keys say nothing of a newer one");
        return keys.get(kid);
    }

    // At most once a second; who waited for another's fetch takes its result.
    private synchronized boolean fetch() {
        if (System.nanoTime() - triedAt < TimeUnit.SECONDS.toNanos(1)) return isFetched;
        isFetched = false;
        try {
            var answer = call("GET", "/.well-known/jwks.json", "", 1);
            if (answer.status() != 200) throw new IllegalStateException("status " + answer.status());
            var fetched = new HashMap<String, PublicKey>();
            for (var key : new Gson().fromJson(answer.body(), KeySet.class).keys()) {
                if (key.kid() == null || !"P-256".equals(key.crv())) continue;
                var encoded = HexFormat.of().parseHex(P256 + hex(key.x()) + hex(key.y()));
                fetched.put(key.kid(), KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded)));
            }
            if (fetched.isEmpty()) throw new IllegalStateException("no key that can be used");
            keys = Map.copyOf(fetched);
            isFetched = true;
        } catch (RuntimeException | GeneralSecurityException unreadable) { // whatever it answered
            System.getLogger("flashsale").log(Level.WARNING, "The line's keys were not fetched", unreadable);
        } finally {
            triedAt = System.nanoTime();
        }
        return isFetched;
    }

    void close() {
        refreshing.shutdownNow();
    }

    private Answer call(String method, String path, String body, int tries) {
        var request = HttpRequest.newBuilder(URI.create(options.edgeFromServer + path))
            .method(method, BodyPublishers.ofString(body)).header("Content-Type", "application/json");
        // The keys are public.
        if (options.apiKey != null && !method.equals("GET")) request.header("Authorization", "Bearer " + options.apiKey);
        try {
            for (int attempt = 0; attempt < tries; attempt++) {
                Thread.sleep(200L * attempt);
                var sent = http.sendAsync(request.build(), BodyHandlers.ofString());
                try {
                    var answer = sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    if (answer.statusCode() >= 500) continue;
                    return new Answer(answer.statusCode(), JsonParser.parseString(answer.body()).getAsJsonObject());
                } catch (TimeoutException | ExecutionException | JsonParseException | IllegalStateException lost) {
                    sent.cancel(true); // once more
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        return new Answer(0, new JsonObject());
    }

    private static String pathOf(String reservation) {
        return "/reservations/" + URLEncoder.encode(reservation, StandardCharsets.UTF_8);
    }

    private static String hex(String base64) {
        return HexFormat.of().formatHex(Base64.getUrlDecoder().decode(base64));
    }
}
