<?php

declare(strict_types=1);

namespace FlashSale;

/**
 * The shop's side of the redirect protocol:
 * 1. a token in the URL → verified, used up, redeemed, kept in the shop's own cookie, and away from the URL;
 * 2. the own cookie → the shopper;
 * 3. otherwise → the line (a navigation) or 401 with lineUrl (a script).
 */
final readonly class WaitingRoom
{
    private const MAX_RETURN_URL = 2048; // the line gives back no longer address
    private const MAX_BOUNCES = 3;       // where line and shop disagree: not round for ever

    public Edge $line;
    private Tokens $tokens;
    private string $cookie;

    /**
     * @param string $edge the line as browsers reach it, https://line.example
     * @param string $origin this shop as browsers reach it, https://shop.example
     * @param string $storefront this shop's id at the line
     * @param string $secret of the own cookie: 32 characters or more, the same in all processes
     * @param string $folder what the processes of this machine share: one that they all can write, and nobody else
     * @param string|null $apiKey fsk_…: redeems the unit as the shopper comes in
     * @param string|null $enqueueSecret registered with the line's operator: signs who the shopper is
     * @param string|null $edgeFromServer the line as this server reaches it, when that is another address
     * @param (\Closure(string, int): bool)|null $once what several machines share: remembers a name until then (epoch
     *     seconds), in one step with looking; false when it was there
     */
    public function __construct(
        private string $edge,
        private string $origin,
        private string $storefront,
        private string $sale,
        private string $secret,
        string $folder,
        private ?string $apiKey = null,
        private ?string $enqueueSecret = null,
        ?string $edgeFromServer = null,
        string $issuer = 'flashsale',
        private ?\Closure $once = null,
    ) {
        strlen($secret) >= 32 || throw new \InvalidArgumentException('The secret must have 32 characters or more.');
        $this->line = new Edge($edgeFromServer ?? $edge, $sale, $apiKey);
        $this->tokens = new Tokens($this->line, $folder, [$issuer, $storefront, $sale]);
        $this->cookie = "fs-admitted-$sale";
    }

    /**
     * Plain PHP: the admission of who sends this request (null: a preflight). Who has none is answered, and the
     * script ends.
     */
    public function enter(mixed $shopper = null): ?array
    {
        [$admission, $status, $headers, $body] =
            $this->admit($_SERVER['REQUEST_METHOD'], $_SERVER['REQUEST_URI'], getallheaders(), $shopper);
        foreach ($headers as [$name, $value]) {
            header("$name: $value", $name !== 'Set-Cookie', $status); // a status of 0 changes none
        }
        return $status === 0 ? $admission : exit($body);
    }

    /**
     * What becomes of a request: let through (status 0) with headers to add, or answered.
     *
     * @param string $target the path and query as they were sent: REQUEST_URI
     * @param array<string, string> $headers as in getallheaders()
     * @param string|array<string, mixed>|null $shopper who this is, 1–128 printable ASCII characters; or that as
     *     "sub" with what else the line may know, "email" and "soon"; null for a visitor
     * @return array{?array<string, mixed>, int, list<array{string, string}>, string} the admission (what the token
     *     says: sub, unit, jti, exp, …; and itself: token), the status, the headers and the body
     */
    public function admit(string $method, string $target, array $headers, mixed $shopper = null): array
    {
        $headers = array_change_key_case($headers);
        if ($method === 'OPTIONS' && isset($headers['origin'], $headers['access-control-request-method'])) {
            return [null, 0, [], '']; // a preflight is never queued
        }
        [$target, $token] = self::split($target);
        try {
            $known = $this->readCookie($headers);
            if ($token !== null && $method === 'GET') {
                return $this->take($token, $known, $target, $headers, $shopper);
            }
        } catch (NotFetched) { // not the token's fault
            return self::problem(503, 'unavailable', [['Retry-After', '2']]);
        }
        return $known === null
            ? $this->refuse($method, $target, $headers, $shopper)
            : [$known, 0, [['Cache-Control', 'no-store'], ['X-FlashSale-Unit', (string) $known['unit']]], ''];
    }

    /** The Set-Cookie that ends the visit: it is over, or the unit was given back or bought. */
    public function forgetting(): string
    {
        return "$this->cookie=; Path=/; Max-Age=0";
    }

    private function take(string $token, ?array $known, string $target, array $headers, mixed $shopper): array
    {
        $admission = $this->tokens->verify($token);
        $isGood = $admission !== null && ($admission['jti'] === ($known['jti'] ?? '') || $this->spend($admission));
        // One short try: when the edge does not answer, the unit is redeemed with the first page.
        $isOver = $isGood && $this->apiKey && Edge::isOver($this->line->redeem($token, tries: 1, seconds: 2));
        if ($isOver || ($known === null && !$isGood)) {
            $cookies = $isOver ? [['Set-Cookie', $this->forgetting()]] : [];
            return $this->bounce($target, $headers, $shopper, $cookies);
        }
        return self::redirect($this->origin . $target, $isGood ? [$this->cookieOf($admission)] : []);
    }

    /** Once each. Without the signature: ECDSA's can be rewritten into another valid one. */
    private function spend(array $admission): bool
    {
        $name = hash('sha256', substr($admission['token'], 0, strrpos($admission['token'], '.')));
        return ($this->once ?? $this->tokens->once(...))($name, $admission['exp'] + Tokens::SKEW_SECONDS);
    }

    private function bounce(string $target, array $headers, mixed $shopper, array $cookies): array
    {
        $bounces = 1 + (int) self::cookieIn($headers, 'fs-bounced');
        if ($bounces > self::MAX_BOUNCES) {
            return self::problem(401, 'admissionInvalid', $cookies);
        }
        $cookies[] = ['Set-Cookie', "fs-bounced=$bounces; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"];
        return $this->refuse('GET', $target, $headers, $shopper, $cookies);
    }

    private function refuse(string $method, string $target, array $headers, mixed $shopper, array $set = []): array
    {
        $isNavigation = $method === 'GET' && str_contains($headers['accept'] ?? '', 'text/html')
            && ($headers['sec-fetch-mode'] ?? 'navigate') === 'navigate';
        $page = $this->origin . ($method === 'GET' ? $target : '/');
        if (!$isNavigation && str_starts_with($headers['referer'] ?? '', "$this->origin/")) {
            $page = $headers['referer']; // the page that a script's request comes from
        }
        $page = strlen($page) > self::MAX_RETURN_URL ? strtok($page, '?#') : $page;
        $page = strlen($page) > self::MAX_RETURN_URL ? "$this->origin/" : $page;
        $lineUrl = "$this->edge/line/$this->sale?returnUrl=" . rawurlencode($page);
        if ($shopper !== null && $this->enqueueSecret !== null) {
            $whose = is_array($shopper) ? $shopper : ['sub' => $shopper];
            $lineUrl .= '&enqueueToken=' . Tokens::sign(['iss' => $this->storefront, 'aud' => 'waitingroom',
                'sale' => $this->sale, 'exp' => time() + 600] + $whose, $this->enqueueSecret);
        }
        if ($isNavigation) {
            return self::redirect($lineUrl, $set);
        }
        $name = 'X-FlashSale-Line-Url';
        $exposed = [[$name, $lineUrl], ['Access-Control-Expose-Headers', $name], ...$set];
        return self::problem(401, 'admissionRequired', $exposed, ['lineUrl' => $lineUrl]);
    }

    /** The token under a signature of this shop: whoever copied it from a URL can't make that. */
    private function cookieOf(array $admission): array
    {
        $secure = str_starts_with($this->origin, 'https:') ? '; Secure' : '';
        $age = max(0, $admission['exp'] - time());
        $value = $this->sealed($admission['token']);
        return ['Set-Cookie', "$this->cookie=$value; Path=/; Max-Age=$age; HttpOnly; SameSite=Lax$secure"];
    }

    /** Verified as it was at first: whoever came in by a key that is published no more goes out with it. */
    private function readCookie(array $headers): ?array
    {
        $value = self::cookieIn($headers, $this->cookie);
        $token = substr($value, 0, (int) strrpos($value, '.'));
        $known = hash_equals($this->sealed($token), $value) ? $this->tokens->verify($token, isSealed: true) : null;
        return ($known['exp'] ?? 0) > time() ? $known : null;
    }

    private function sealed(string $token): string
    {
        return "$token." . hash_hmac('sha256', "$this->cookie=$token", $this->secret);
    }

    private static function cookieIn(array $headers, string $name): string
    {
        preg_match('/(?:^|;)\s*' . preg_quote($name, '/') . '=([^;]*)/', $headers['cookie'] ?? '', $found);
        return $found[1] ?? '';
    }

    /** The target as it was sent but for the token, and the token. */
    private static function split(string $target): array
    {
        // Without a host: it stands behind the origin, or //evil.example would be another's address.
        [$path, $query] = explode('?', preg_replace('#^[a-z]+://[^/?]*#i', '', $target), 2) + [1 => ''];
        $pairs = explode('&', $query);
        $tokens = preg_grep('/^admission(=|$)/i', array_map(urldecode(...), $pairs));
        $kept = implode('&', array_diff_key($pairs, $tokens));
        return [$path . ($kept === '' ? '' : "?$kept"), $tokens === [] ? null : substr(current($tokens), 10)];
    }

    /** Neither the address with the token nor the line's stays in a cache or goes on as a Referer. */
    private static function redirect(string $url, array $cookies = []): array
    {
        $headers = [['Location', $url], ['Cache-Control', 'no-store'], ['Referrer-Policy', 'no-referrer']];
        return [null, 302, [...$headers, ...$cookies], ''];
    }

    private static function problem(int $status, string $code, array $headers, array $more = []): array
    {
        $kind = [['Content-Type', 'application/problem+json'], ['Cache-Control', 'no-store']];
        $body = json_encode(['status' => $status, 'code' => $code] + $more);
        return [null, $status, [...$kind, ...$headers], $body];
    }
}
