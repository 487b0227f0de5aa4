package flashsale;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Admission tokens, verified by the line's published keys; enqueue tokens; the shop's own cookie. */
final class Tokens {
    private static final int MAX_TOKEN = 2048; // characters; an admission is far shorter
    private static final int SKEW_SECONDS = 5;
    private static final int ENQUEUE_SECONDS = 600;
    private static final Pattern TOKEN = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]{86}");

    private final WaitingRoom.Options options;
    private final Edge edge;

    Tokens(WaitingRoom.Options options, Edge edge) {
        this.options = options;
        this.edge = edge;
    }

    private record Header(String alg, String kid, Object crit) {}

    private record Claims(
        String iss, String aud, String sale, String sub, String jti,
        long exp, long nbf, int unit, long place, long redeemBy) {}

    /** The admission of a good token, or null. */
    Admission verify(String token) throws GeneralSecurityException {
        var admission = read(token);
        try {
            return admission != null && isSigned(token, edge.key(admission.kid())) ? admission : null;
        } catch (SignatureException forged) { // how some providers say so
            return null;
        }
    }

    /** Each token opens the shop once. Without the signature: ECDSA's can be rewritten into another valid one. */
    boolean spend(Admission admission) throws IOException, GeneralSecurityException {
        var input = admission.token().substring(0, admission.token().lastIndexOf('.'));
        var hash = MessageDigest.getInstance("SHA-256").digest(bytes(input));
        return options.store.once(HexFormat.of().formatHex(hash), admission.endsAt() + SKEW_SECONDS);
    }

    /** The own cookie's value: an accepted token, signed by this shop too. */
    String seal(String token) throws GeneralSecurityException {
        return sign(token, options.secret) + "." + token;
    }

    /** Whom the own cookie names; null when it is none of ours, has ended, or its key is published no more. */
    Admission open(String sealed) throws GeneralSecurityException {
        var token = sealed.substring(sealed.indexOf('.') + 1);
        var admission = read(token);
        if (admission == null || !MessageDigest.isEqual(bytes(sealed), bytes(seal(token)))) return null;
        try {
            // A key that is published no more has been revoked, and whoever came in by one goes out with it.
            return edge.key(admission.kid()) == null ? null : admission;
        } catch (KeyException notFetched) {
            return admission; // nothing is known against its key
        }
    }

    /** The storefront's word to the line for who the shopper is. */
    String enqueue(Map<String, ?> shopper) throws GeneralSecurityException {
        var claims = new HashMap<String, Object>(shopper);
        claims.putAll(Map.of("iss", options.storefront, "aud", "waitingroom",
            "sale", options.sale, "exp", now() + ENQUEUE_SECONDS));
        var text = encode(bytes("{\"alg\":\"HS256\"}")) + "." + encode(bytes(new Gson().toJson(claims)));
        return text + "." + sign(text, options.enqueueSecret);
    }

    static long now() {
        return System.currentTimeMillis() / 1000;
    }

    // What a token says, whoever has signed it; null when it is none of ES256, asks for an extension (RFC 7515, 4.1.11), or
    // is not for this shop, sale and time.
    private Admission read(String token) {
        if (token.length() > MAX_TOKEN || !TOKEN.matcher(token).matches()) return null;
        try {
            var header = part(token, 0, Header.class);
            var claims = part(token, 1, Claims.class);
            boolean isGood = header != null && "ES256".equals(header.alg) && header.kid != null && header.crit == null
                && claims != null && options.issuer.equals(claims.iss) && options.storefront.equals(claims.aud)
                && options.sale.equals(claims.sale) && claims.exp > now() && claims.nbf <= now() + SKEW_SECONDS
                && claims.sub != null && claims.jti != null
                && claims.unit > 0 && claims.place > 0 && claims.redeemBy > 0;
            return isGood ? new Admission(token, header.kid, claims.jti, claims.sub, claims.unit, claims.exp) : null;
        } catch (JsonParseException | IllegalArgumentException unreadable) {
            return null;
        }
    }

    private static <T> T part(String token, int number, Class<T> type) {
        var json = Base64.getUrlDecoder().decode(token.split("\\.")[number]);
        return new Gson().fromJson(new String(json, StandardCharsets.UTF_8), type);
    }

    private static boolean isSigned(String token, PublicKey key) throws GeneralSecurityException {
        if (key == null) return false;
        int end = token.lastIndexOf('.');
        var check = Signature.getInstance("SHA256withECDSAinP1363Format");
        check.initVerify(key);
        check.update(bytes(token.substring(0, end)));
        return check.verify(Base64.getUrlDecoder().decode(token.substring(end + 1)));
    }

    private static String sign(String text, String secret) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(bytes(secret), "HmacSHA256"));
        return encode(mac.doFinal(bytes(text)));
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
