package flashsale;

import com.google.gson.Gson;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A sale's waiting room, as this shop stands behind it: the filter before what only the admitted may reach. Behind it
 * a request has the attribute {@link #ADMISSION} (a preflight has none).
 *
 * <ol>
 *   <li>a token in the URL → verified, used up, redeemed, kept in an own signed cookie, and away from the URL;
 *   <li>the own cookie → the shopper;
 *   <li>otherwise → the line (a navigation) or 401 with lineUrl (a script).
 * </ol>
 */
public final class WaitingRoom extends HttpFilter {
    /** The request's attribute with the {@link Admission}. */
    public static final String ADMISSION = "flashsale.admission";

    private static final long serialVersionUID = 1;
    private static final int MAX_BOUNCES = 3; // a line and a shop that disagree send no browser round for ever
    private static final int MAX_RETURN_URL = 2048; // characters: the line gives back no longer address

    private final transient Options options = new Options();
    private final transient Edge edge;
    private final transient Tokens tokens;
    private final String cookie;

    /** Begins to fetch the line's keys. */
    public WaitingRoom(Consumer<Options> configure) {
        configure.accept(options);
        var required = Stream.of(options.edge, options.origin, options.storefront, options.sale, options.store);
        if (required.anyMatch(Objects::isNull) || options.secret == null || options.secret.length() < 32) {
            throw new IllegalArgumentException(
                "WaitingRoom: edge, origin, storefront, sale, store and 32 characters of secret are required");
        }
        if (options.edgeFromServer == null) options.edgeFromServer = options.edge;
        edge = new Edge(options);
        tokens = new Tokens(options, edge);
        cookie = "fs-admitted-" + options.sale;
    }

    /** The edge, server to server. */
    public Edge line() {
        return edge;
    }

    /** Ends the visit: the ledger says that it is over, the unit was given back or bought. */
    public void forget(HttpServletResponse response) {
        setCookie(response, cookie, "", 0);
    }

    @Override
    public void destroy() {
        edge.close();
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws IOException, ServletException {
        if (request.getMethod().equals("OPTIONS") && request.getHeader("Access-Control-Request-Method") != null) {
            chain.doFilter(request, response); // a preflight is never queued
            return;
        }
        response.setHeader("Cache-Control", "no-store");
        try {
            var known = tokens.open(cookieOf(request, cookie));
            var token = request.getMethod().equals("GET") ? request.getParameter("admission") : null;
            if (token != null) {
                take(token, known, request, response);
            } else if (known == null) {
                refuse(request, response);
            } else {
                response.setHeader("X-FlashSale-Unit", String.valueOf(known.unit()));
                request.setAttribute(ADMISSION, known);
                chain.doFilter(request, response);
            }
        } catch (KeyException notFetched) { // not the token's fault
            response.setHeader("Retry-After", "2");
            problem(response, 503, Map.of("code", "unavailable"));
        } catch (GeneralSecurityException unusable) {
            throw new ServletException(unusable);
        }
    }

    private void take(String token, Admission known, HttpServletRequest request, HttpServletResponse response)
        throws IOException, GeneralSecurityException {
        var admission = tokens.verify(token);
        boolean isIn = admission != null && tokens.spend(admission);
        // One short try: when the edge does not answer, the unit is redeemed with the first page.
        boolean isOver = isIn && options.apiKey != null && edge.redeem(token, 1).isOver();
        if (isOver) forget(response);
        if (isOver || !isIn && known == null) {
            bounce(request, response);
        } else {
            if (isIn) setCookie(response, cookie, tokens.seal(token), admission.endsAt() - Tokens.now());
            redirect(response, options.origin + clean(request));
        }
    }

    private void bounce(HttpServletRequest request, HttpServletResponse response)
        throws IOException, GeneralSecurityException {
        var count = cookieOf(request, "fs-bounced");
        int bounces = count.matches("[0-9]") ? Integer.parseInt(count) : 0;
        if (bounces < MAX_BOUNCES) {
            setCookie(response, "fs-bounced", String.valueOf(bounces + 1), 60);
            refuse(request, response);
        } else {
            setCookie(response, "fs-bounced", "", 0);
            problem(response, 401, Map.of("code", "admissionInvalid"));
        }
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response)
        throws IOException, GeneralSecurityException {
        boolean isGet = request.getMethod().equals("GET");
        boolean isNavigation = isGet && header(request, "Accept").contains("text/html")
            && header(request, "Sec-Fetch-Mode").matches("(navigate)?");
        var home = options.origin + "/";
        var page = isGet ? options.origin + clean(request) : home;
        // A script's request comes from a page: the shopper wants to return there.
        if (!isNavigation && header(request, "Referer").startsWith(home)) page = header(request, "Referer");
        page = page.length() > MAX_RETURN_URL ? page.split("\\?")[0] : page;
        page = page.length() > MAX_RETURN_URL ? home : page;
        var lineUrl = options.edge + "/line/" + options.sale + "?returnUrl="
            + URLEncoder.encode(page, StandardCharsets.UTF_8);
        var shopper = options.enqueueSecret == null ? null : options.shopper.apply(request);
        if (shopper != null) lineUrl += "&enqueueToken=" + tokens.enqueue(shopper);
        if (isNavigation) {
            redirect(response, lineUrl);
            return;
        }
        response.setHeader("X-FlashSale-Line-Url", lineUrl);
        response.setHeader("Access-Control-Expose-Headers", "X-FlashSale-Line-Url");
        problem(response, 401, Map.of("code", "admissionRequired", "lineUrl", lineUrl));
    }

    private void setCookie(HttpServletResponse response, String name, String value, long seconds) {
        response.addHeader("Set-Cookie", name + "=" + value + "; Path=/; Max-Age=" + Math.max(0, seconds)
            + "; HttpOnly; SameSite=Lax" + (options.origin.startsWith("https:") ? "; Secure" : ""));
    }

    // no-referrer: the address with the token stays in no Referer, as it stays in no cache.
    private static void redirect(HttpServletResponse response, String url) {
        response.setStatus(302);
        response.setHeader("Location", url);
        response.setHeader("Referrer-Policy", "no-referrer");
    }

    private static void problem(HttpServletResponse response, int status, Map<String, String> body) throws IOException {
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.getOutputStream().write(new Gson().toJson(body).getBytes(StandardCharsets.UTF_8));
    }

    // As it was sent, without the token; behind the origin, or //evil.example would be another host's address.
    private static String clean(HttpServletRequest request) {
        var query = request.getQueryString() == null ? "" : request.getQueryString();
        var kept = Stream.of(query.split("&")).filter(pair -> !isToken(pair)).collect(Collectors.joining("&"));
        return request.getRequestURI() + (kept.isEmpty() ? "" : "?" + kept);
    }

    private static boolean isToken(String pair) {
        try {
            return URLDecoder.decode(pair.split("=", 2)[0], StandardCharsets.UTF_8).equalsIgnoreCase("admission");
        } catch (IllegalArgumentException notEncoded) {
            return false;
        }
    }

    private static String cookieOf(HttpServletRequest request, String name) {
        var cookies = request.getCookies() == null ? new Cookie[0] : request.getCookies();
        return Stream.of(cookies).filter(one -> one.getName().equals(name))
            .map(Cookie::getValue).findFirst().orElse("");
    }

    private static String header(HttpServletRequest request, String name) {
        return Objects.requireNonNullElse(request.getHeader(name), "");
    }

    /** What a waiting room needs to know. Edge, origin, storefront, sale, secret and store are required. */
    public static final class Options {
        /** The line as browsers reach it. */
        public String edge;
        /** This shop as browsers reach it; registered with the line's operator. */
        public String origin;
        /** This shop's id at the line. */
        public String storefront;
        /** What is sold. */
        public String sale;
        /** Of the own cookie: 32 characters or more, the same in all processes. */
        public String secret;
        /** Where processes share what was used. */
        public Store store;
        /** {@code fsk_…}: redeems the unit as the shopper comes in. */
        public String apiKey;
        /** Signs who the shopper is. */
        public String enqueueSecret;
        /**
         * Who sends a request: {@code sub}, 1–128 printable ASCII characters, and what else the line may know where it calls
         * shoppers, {@code email} and {@code soon}; null for a visitor.
         */
        public Function<HttpServletRequest, Map<String, ?>> shopper = request -> null;
        /** The line as this server reaches it; {@code edge} by default. */
        public String edgeFromServer;
        /** The tokens' {@code iss}. */
        public String issuer = "flashsale";
    }
}
