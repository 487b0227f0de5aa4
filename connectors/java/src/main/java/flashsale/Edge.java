package flashsale;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The edge, server to server. Every call may be repeated, so it is repeated when the answer was lost. */
public final class Edge {
    // The ledger's words for: join the line again.
    private static final Set<String> OVER = Set.of("admissionSpent", "admissionMissed", "reservationEnded");

    private final HttpClient http = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();
    private final String url;
    private final String sale;
    private final String apiKey;

    Edge(String url, String sale, String apiKey) {
        this.url = url;
        this.sale = sale;
        this.apiKey = apiKey;
    }

    /** What the edge said; status 0: no answer came. */
    public record Answer(int status, JsonObject body) {
        /** The ledger's word that the admission is over: forget it, and the line gives a new place. */
        public boolean isOver() {
            return OVER.contains(code());
        }

        /** The problem's code; empty when there is none. */
        public String code() {
            return body.has("code") ? body.get("code").getAsString() : "";
        }
    }

    /** The admitted unit, reserved: the same one however often. */
    public Answer redeem(String token) {
        return redeem(token, 3, 5);
    }

    Answer redeem(String token, int tries, int seconds) {
        var body = new JsonObject();
        body.addProperty("admission", token);
        return call("POST", "/sales/" + sale + "/reservations", body.toString(), tries, seconds);
    }

    /** The shop has the money: sold. 410 means too late: refund the shopper. */
    public Answer confirm(String reservation) {
        return call("POST", pathOf(reservation) + "/confirm", "", 3, 5);
    }

    /** To the next in line. */
    public Answer giveBack(String reservation) {
        return call("DELETE", pathOf(reservation), "", 3, 5);
    }

    private static String pathOf(String reservation) {
        return "/reservations/" + URLEncoder.encode(reservation, StandardCharsets.UTF_8);
    }

    Answer keys() {
        return call("GET", "/.well-known/jwks.json", "", 1, 2);
    }

    private Answer call(String method, String path, String body, int tries, int seconds) {
        var content = body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        var request = HttpRequest.newBuilder(URI.create(url + path)).method(method, content);
        if (!body.isEmpty()) request.header("Content-Type", "application/json");
        boolean isPublic = method.equals("GET"); // the keys
        if (apiKey != null && !isPublic) request.header("Authorization", "Bearer " + apiKey);
        try {
            for (int attempt = 1; attempt <= tries; attempt++) {
                if (attempt > 1) Thread.sleep(200L * attempt);
                var sent = http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
                try {
                    var answer = sent.get(seconds, TimeUnit.SECONDS);
                    if (answer.statusCode() >= 500) continue;
                    return new Answer(answer.statusCode(), JsonParser.parseString(answer.body()).getAsJsonObject());
                } catch (TimeoutException | ExecutionException | JsonParseException | IllegalStateException lost) {
                    sent.cancel(true); // once more
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        var unknown = new JsonObject();
        unknown.addProperty("code", "unavailable");
        return new Answer(0, unknown);
    }
}
