package flashsale;

import com.google.gson.JsonObject;
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
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Before what only the admitted may reach; then it has the attribute {@link #ADMISSION} (a preflight has none).
 *
 * <ol>
 *   <li>a token in the URL → verified, used up, redeemed, kept in an own encrypted cookie, and away from the URL;
 *   <li>the own cookie → the shopper;
 *   <li>otherwise → the line (a navigation) or 401 with lineUrl (a script).
 * </ol>
 */
public final class WaitingRoomFilter extends HttpFilter {
    /** The request's attribute with the {@link Admission}. */
    public static final String ADMISSION = "flashsale.admission";

    private static final long serialVersionUID = 1;
    private static final int MAX_BOUNCES = 3; // a line and a shop that disagree send no browser round for ever
    private static final int MAX_RETURN_URL = 2048; // characters: the line gives back no longer address

    private final transient WaitingRoom room;
    private final transient Function<HttpServletRequest, String> shopperOf;

    public WaitingRoomFilter(WaitingRoom room) {
        this(room, request -> null);
    }

    /** @param shopperOf who sends the request: 1–128 printable ASCII characters; null for a visitor */
    public WaitingRoomFilter(WaitingRoom room, Function<HttpServletRequest, String> shopperOf) {
        this.room = room;
        this.shopperOf = shopperOf;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws IOException, ServletException {
        try {
            boolean isPreflight = request.getMethod().equals("OPTIONS") && request.getHeader("Origin") != null
                && request.getHeader("Access-Control-Request-Method") != null; // never queued
            if (isPreflight || admit(request, response)) chain.doFilter(request, response);
        } catch (GeneralSecurityException unusable) {
            throw new ServletException(unusable);
        }
    }

    @Override
    public void destroy() {
        room.close();
    }

    // False when the request has been answered.
    private boolean admit(HttpServletRequest request, HttpServletResponse response)
        throws IOException, GeneralSecurityException {
        response.setHeader("Cache-Control", "no-store");
        var cookie = cookie(request, room.cookie);
        var known = cookie == null ? null : room.tokens.open(cookie);
        var token = request.getMethod().equals("GET") ? tokenOf(request) : null;
        if (token != null) {
            take(token, known, request, response);
            return false;
        }
        if (known == null) {
            refuse(request, response);
            return false;
        }
        // It slides while the shopper is active, and never outlives the admission.
        boolean slides = known.until() < known.admission().endsAt()
            && known.until() - Tokens.now() < room.options.idleSeconds / 2;
        if (slides) addCookie(response, known.admission());
        response.setHeader("X-FlashSale-Unit", String.valueOf(known.admission().unit()));
        request.setAttribute(ADMISSION, known.admission());
        return true;
    }

    private void take(String token, Tokens.Visit known, HttpServletRequest request, HttpServletResponse response)
        throws IOException, GeneralSecurityException {
        if (!room.keys.areKnown()) { // not the token's fault
            response.setHeader("Retry-After", "2");
            problem(response, 503, "unavailable", null);
            return;
        }
        var admission = room.tokens.verify(token);
        boolean isBack = admission != null && known != null && known.admission().id().equals(admission.id());
        boolean isIn = isBack || admission != null && room.tokens.spend(admission);
        // One short try: when the edge does not answer, the unit is redeemed with the first page.
        if (isIn && room.options.apiKey != null && room.line().redeem(token, 1, 2).isOver()) {
            response.addHeader("Set-Cookie", room.forgetting());
            bounce(request, response);
        } else if (isIn || known != null) {
            if (isIn) addCookie(response, admission);
            redirect(response, room.options.origin + clean(request));
        } else {
            bounce(request, response);
        }
    }

    private void bounce(HttpServletRequest request, HttpServletResponse response)
        throws IOException, GeneralSecurityException {
        var count = cookie(request, "fs-bounced");
        int bounces = count != null && count.matches("[0-9]") ? Integer.parseInt(count) : 0;
        if (bounces >= MAX_BOUNCES) {
            response.addHeader("Set-Cookie", "fs-bounced=; Path=/; Max-Age=0");
            problem(response, 401, "admissionInvalid", null);
            return;
        }
        var bounced = "fs-bounced=" + (bounces + 1) + "; Path=/; Max-Age=60; HttpOnly; SameSite=Lax";
        response.addHeader("Set-Cookie", bounced);
        refuse(request, response);
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response)
        throws IOException, GeneralSecurityException {
        boolean isGet = request.getMethod().equals("GET");
        boolean isNavigation = isGet && header(request, "Accept").contains("text/html")
            && request.getHeader("X-Requested-With") == null
            && header(request, "Sec-Fetch-Mode").matches("(navigate)?");
        var own = room.options.origin + "/";
        var page = isGet ? room.options.origin + clean(request) : own;
        // A script's request comes from a page: the shopper wants to return there.
        if (!isNavigation && header(request, "Referer").startsWith(own)) page = header(request, "Referer");
        page = page.length() > MAX_RETURN_URL ? page.split("[?#]")[0] : page;
        page = page.length() > MAX_RETURN_URL ? own : page;
        var lineUrl = room.options.edge + "/line/" + room.options.sale + "?returnUrl=" + encode(page);
        var shopper = shopperOf.apply(request);
        boolean isNamed = shopper != null && room.options.enqueueSecret != null;
        if (isNamed) lineUrl += "&enqueueToken=" + room.tokens.enqueue(shopper);
        if (isNavigation) {
            redirect(response, lineUrl);
            return;
        }
        response.setHeader("X-FlashSale-Line-Url", lineUrl);
        response.setHeader("Access-Control-Expose-Headers", "X-FlashSale-Line-Url");
        problem(response, 401, "admissionRequired", lineUrl);
    }

    private void addCookie(HttpServletResponse response, Admission admission) throws GeneralSecurityException {
        long until = Math.min(Tokens.now() + room.options.idleSeconds, admission.endsAt());
        response.addHeader("Set-Cookie", room.cookie + "=" + room.tokens.seal(admission, until) + "; Path=/; Max-Age="
            + Math.max(0, until - Tokens.now()) + "; HttpOnly; SameSite=Lax"
            + (room.options.origin.startsWith("https:") ? "; Secure" : ""));
    }

    // no-referrer: the address with the token stays in no Referer, as it stays in no cache.
    private static void redirect(HttpServletResponse response, String url) {
        response.setStatus(302);
        response.setHeader("Location", url);
        response.setHeader("Referrer-Policy", "no-referrer");
    }

    private static void problem(HttpServletResponse response, int status, String code, String lineUrl)
        throws IOException {
        var body = new JsonObject();
        body.addProperty("type", "about:blank");
        body.addProperty("status", status);
        body.addProperty("code", code);
        if (lineUrl != null) body.addProperty("lineUrl", lineUrl);
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.getOutputStream().write(body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String[] pairs(HttpServletRequest request) {
        return request.getQueryString() == null ? new String[0] : request.getQueryString().split("&");
    }

    private static boolean isToken(String pair) {
        return decode(pair.split("=", 2)[0]).equalsIgnoreCase("admission");
    }

    private static String tokenOf(HttpServletRequest request) {
        return Arrays.stream(pairs(request)).filter(WaitingRoomFilter::isToken)
            .map(pair -> pair.contains("=") ? decode(pair.split("=", 2)[1]) : "").findFirst().orElse(null);
    }

    // As it was sent, without the token; behind the origin, or //evil.example would be another host's address.
    private static String clean(HttpServletRequest request) {
        var kept = Arrays.stream(pairs(request)).filter(pair -> !isToken(pair)).collect(Collectors.joining("&"));
        return request.getRequestURI().replaceFirst("(?i)^[a-z]+://[^/?]*", "") + (kept.isEmpty() ? "" : "?" + kept);
    }

    private static String cookie(HttpServletRequest request, String name) {
        var cookies = request.getCookies() == null ? new Cookie[0] : request.getCookies();
        return Arrays.stream(cookies).filter(cookie -> cookie.getName().equals(name))
            .map(Cookie::getValue).findFirst().orElse(null);
    }

    private static String header(HttpServletRequest request, String name) {
        return request.getHeader(name) == null ? "" : request.getHeader(name);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }
}
