package flashsale;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Admission tokens, verified by the line's published keys; enqueue tokens; the shop's own cookie. */
final class Tokens {
    private static final int MAX_TOKEN = 2048; // characters; an admission is far shorter
    private static final int SKEW_SECONDS = 5;
    private static final int ENQUEUE_SECONDS = 600;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final Pattern TOKEN = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]{86}");

    private final WaitingRoom.Builder options;
    private final Keys keys;
    private final SecretKeySpec cookieKey;
    private final SecureRandom random = new SecureRandom();

    Tokens(WaitingRoom.Builder options, Keys keys) {
        this.options = options;
        this.keys = keys;
        cookieKey = new SecretKeySpec(sha256(options.secret), "AES");
    }

    /** The admission of a good token, or null. */
    Admission verify(String token) throws GeneralSecurityException {
        if (token.length() > MAX_TOKEN || !TOKEN.matcher(token).matches()) return null;
        try {
            var header = part(token, 0);
            var claims = part(token, 1);
            if (!"ES256".equals(text(header, "alg")) || header.has("crit")) return null;
            if (!isSigned(token, text(header, "kid"))) return null;
            long now = now();
            boolean good = options.issuer.equals(text(claims, "iss")) && options.storefront.equals(text(claims, "aud"))
                && options.sale.equals(text(claims, "sale"))
                && number(claims, "exp") + SKEW_SECONDS > now && number(claims, "nbf") <= now + SKEW_SECONDS
                && text(claims, "sub") != null && text(claims, "jti") != null
                && number(claims, "unit") > 0 && number(claims, "place") > 0 && number(claims, "redeemBy") > 0;
            return good ? admission(token, claims) : null;
        } catch (JsonParseException | IllegalStateException | IllegalArgumentException unreadable) {
            return null;
        }
    }

    /** Each token opens the shop once. Without the signature: ECDSA's can be rewritten into another valid one. */
    boolean spend(Admission admission) throws IOException {
        var text = admission.token().substring(0, admission.token().lastIndexOf('.'));
        return options.store.once(HexFormat.of().formatHex(sha256(text)), admission.endsAt() + SKEW_SECONDS);
    }

    /** The storefront's word to the line for who the shopper is. */
    String enqueue(String shopper) throws GeneralSecurityException {
        var claims = new JsonObject();
        claims.addProperty("iss", options.storefront);
        claims.addProperty("aud", "waitingroom");
        claims.addProperty("sub", shopper);
        claims.addProperty("sale", options.sale);
        claims.addProperty("exp", now() + ENQUEUE_SECONDS);
        var text = encode(bytes("{\"alg\":\"HS256\"}")) + "." + encode(bytes(claims.toString()));
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(bytes(options.enqueueSecret), "HmacSHA256"));
        return text + "." + encode(mac.doFinal(bytes(text)));
    }

    /** The own cookie's value: encrypted, and good for this sale only. */
    String seal(Admission admission, long until) throws GeneralSecurityException {
        var nonce = new byte[NONCE];
        random.nextBytes(nonce);
        var sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(bytes(until + " " + admission.token()));
        return encode(ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array());
    }

    /** What is in the cookie, or null when it is none of ours, has ended, or its key is published no more. */
    Visit open(String sealed) throws GeneralSecurityException {
        try {
            var bytes = Base64.getUrlDecoder().decode(sealed);
            var content = cipher(Cipher.DECRYPT_MODE, bytes).doFinal(bytes, NONCE, bytes.length - NONCE);
            var parts = new String(content, StandardCharsets.UTF_8).split(" ");
            long until = Long.parseLong(parts[0]);
            // A key that is published no more has been revoked, and whoever came in by one goes out with it.
            boolean isGood = until > now() && keys.isPublished(text(part(parts[1], 0), "kid"));
            return isGood ? new Visit(admission(parts[1], part(parts[1], 1)), until) : null;
        } catch (javax.crypto.BadPaddingException | IllegalArgumentException written) {
            return null;
        }
    }

    record Visit(Admission admission, long until) {
    }

    static String text(JsonObject json, String name) {
        return json.get(name) instanceof JsonPrimitive value && value.isString() ? value.getAsString() : null;
    }

    static long now() {
        return System.currentTimeMillis() / 1000;
    }

    private static long number(JsonObject json, String name) {
        boolean isWhole = json.get(name) instanceof JsonPrimitive value && value.isNumber()
            && value.getAsString().matches("[0-9]{1,15}");
        return isWhole ? json.get(name).getAsLong() : -1;
    }

    private static Admission admission(String token, JsonObject claims) {
        int unit = (int) number(claims, "unit");
        return new Admission(token, text(claims, "jti"), text(claims, "sub"), unit, number(claims, "exp"));
    }

    private boolean isSigned(String token, String kid) throws GeneralSecurityException {
        var key = kid == null ? null : keys.find(kid);
        if (key == null) return false;
        int end = token.lastIndexOf('.');
        var check = Signature.getInstance("SHA256withECDSAinP1363Format");
        check.initVerify(key);
        check.update(bytes(token.substring(0, end)));
        try {
            return check.verify(Base64.getUrlDecoder().decode(token.substring(end + 1)));
        } catch (java.security.SignatureException noSignature) {
            return false;
        }
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, cookieKey, new GCMParameterSpec(TAG_BITS, nonce, 0, NONCE));
        cipher.updateAAD(bytes(options.sale));
        return cipher;
    }

    private static JsonObject part(String token, int number) {
        var json = new String(Base64.getUrlDecoder().decode(token.split("\\.")[number]), StandardCharsets.UTF_8);
        return JsonParser.parseString(json).getAsJsonObject();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes(text));
        } catch (GeneralSecurityException never) {
            throw new IllegalStateException(never); // every Java has it
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
