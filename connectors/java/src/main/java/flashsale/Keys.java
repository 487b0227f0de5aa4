package flashsale;

import com.google.gson.JsonObject;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The published keys: refreshed beside the requests, at once for an unknown kid, and kept while the edge is silent. */
final class Keys implements AutoCloseable {
    private static final int REFRESH_SECONDS = 30; // a new key is published longer than this before it signs

    private final Edge edge;
    private final ScheduledExecutorService refreshing = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "flashsale-keys");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Map<String, PublicKey> keys;
    private long triedAt = System.nanoTime() - TimeUnit.SECONDS.toNanos(1);

    Keys(Edge edge) {
        this.edge = edge;
        refreshing.scheduleWithFixedDelay(this::fetch, 0, REFRESH_SECONDS, TimeUnit.SECONDS);
    }

    /** False while none were ever fetched: then no token can be judged. */
    boolean areKnown() {
        if (keys == null) fetch();
        return keys != null;
    }

    boolean isPublished(String kid) {
        var known = keys;
        return known == null || known.containsKey(kid);
    }

    /** Null when nobody has published it. */
    PublicKey find(String kid) {
        if (keys == null || !keys.containsKey(kid)) fetch();
        return keys == null ? null : keys.get(kid);
    }

    @Override
    public void close() {
        refreshing.shutdownNow();
    }

    // At most once a second; who waited for another's fetch takes its result.
    private synchronized void fetch() {
        if (System.nanoTime() - triedAt < TimeUnit.SECONDS.toNanos(1)) return;
        try {
            var answer = edge.keys();
            if (answer.status() != 200) throw new IllegalStateException("status " + answer.status());
            var fetched = new HashMap<String, PublicKey>();
            for (var key : answer.body().getAsJsonArray("keys")) add(fetched, key.getAsJsonObject());
            keys = Map.copyOf(fetched);
        } catch (RuntimeException | GeneralSecurityException unreadable) {
            // Whatever it answers: the last good ones stay.
            var why = unreadable.getMessage();
            System.getLogger("flashsale").log(Level.WARNING, "The line''s keys were not fetched: {0}", why);
        } finally {
            triedAt = System.nanoTime();
        }
    }

    private static void add(Map<String, PublicKey> keys, JsonObject key) throws GeneralSecurityException {
        if (!"P-256".equals(Tokens.text(key, "crv")) || Tokens.text(key, "kid") == null) return;
        var curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        var point = new ECPoint(number(key, "x"), number(key, "y"));
        keys.put(Tokens.text(key, "kid"), KeyFactory.getInstance("EC")
            .generatePublic(new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class))));
    }

    private static BigInteger number(JsonObject key, String name) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(key.get(name).getAsString()));
    }
}
