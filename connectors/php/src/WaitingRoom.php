<?php

declare(strict_types=1);

namespace FlashSale;

/**
 * The shop's side of the redirect protocol:
 * 1. a token in the URL → verified, used up, redeemed, kept in the shop's own cookie, and away from the URL;
 * 2. the own cookie → the shopper;
 * 3. otherwise → the line (a navigation) or 401 with lineUrl (a script).
 */
final class WaitingRoom
{
    private const MAX_BOUNCES = 3;       // a line and a shop that disagree must not send the browser round for ever
    private const MAX_RETURN_URL = 2048; // characters: the line gives back no longer address

    public readonly Edge $line;
    private readonly Tokens $tokens;
    private readonly string $cookie;

    /**
     * @param string $edge the line as browsers reach it, https://line.example
     * @param string $origin this shop as browsers reach it, https://shop.example
     * @param string $storefront this shop's id at the line
     * @param string $secret of the own cookie: 32 characters or more, the same in all processes
     * @param string|null $apiKey fsk_…: redeems the unit as the shopper comes in
     * @param string|null $enqueueSecret registered with the line's operator: signs who the shopper is
     * @param string|null $edgeFromServer the line as this server reaches it, when that is another address
     */
    public function __construct(
        private readonly string $edge,
        private readonly string $origin,
        string $storefront,
        private readonly string $sale,
        string $secret,
        Store $store,
        private readonly ?string $apiKey = null,
        private readonly ?string $enqueueSecret = null,
        ?string $edgeFromServer = null,
        string $issuer = 'flashsale',
        private readonly int $idleSeconds = 600,
    ) {
        if (strlen($secret) < 32) {
            throw new \InvalidArgumentException('The secret of the cookie must have 32 characters or more.');
        }
        $this->line = new Edge($edgeFromServer ?? $edge, $sale, $apiKey);
        $this->tokens = new Tokens($this->line, $store, $issuer, $storefront, $sale, $secret);
        $this->cookie = "fs-admitted-$sale";
    }

    /**
     * @param string $target the path and query as they were sent: REQUEST_URI
     * @param array<string, string> $headers as in getallheaders()
     * @param string|null $shopper who this is, 1–128 printable ASCII characters; null for a visitor
     */
    public function admit(string $method, string $target, array $headers, ?string $shopper = null): Answer
    {
        $headers = array_change_key_case($headers);
        if ($method === 'OPTIONS' && isset($headers['origin'], $headers['access-control-request-method'])) {
            return new Answer(null, 0, []); // a preflight is never queued
        }
        $known = $this->readCookie($headers, $set);
        $token = $method === 'GET' ? self::tokenOf($target) : null;
        if ($token !== null) {
            return $this->take($token, $known, $target, $headers, $shopper);
        }
        return $known !== null
            ? new Answer($known, 0, ['Cache-Control' => ['no-store'], 'X-FlashSale-Unit' => [(string) $known->unit]] + $set)
            : $this->refuse($method, $target, $headers, $shopper);
    }

    /** The Set-Cookie that ends the visit: when the ledger says that the admission is over, the unit was given back or bought. */
    public function forgetting(): string
    {
        return "$this->cookie=; Path=/; Max-Age=0";
    }

    private function take(string $token, ?Admission $known, string $target, array $headers, ?string $shopper): Answer
    {
        if (!$this->tokens->isReady()) {
            return $this->problem(503, 'unavailable', ['Retry-After' => ['2']]); // not the token's fault
        }
        $admission = $this->tokens->verify($token);
        $cookies = [];
        if ($admission !== null && ($known?->id === $admission->id || $this->tokens->spend($admission))) {
            // One short try: when the edge does not answer, the unit is redeemed with the first page.
            if ($this->apiKey !== null && Edge::isOver($this->line->redeem($token, tries: 1, seconds: 2))) {
                return $this->bounce($target, $headers, $shopper, [$this->forgetting()]);
            }
            $cookies = [$this->cookieOf($admission)];
        } elseif ($known === null) {
            return $this->bounce($target, $headers, $shopper);
        }
        return $this->redirect($this->origin . self::clean($target), $cookies);
    }

    private function bounce(string $target, array $headers, ?string $shopper, array $cookies = []): Answer
    {
        $bounces = (int) ($this->cookies($headers)['fs-bounced'] ?? 0);
        if ($bounces >= self::MAX_BOUNCES) {
            return $this->problem(401, 'admissionInvalid', ['Set-Cookie' => [...$cookies, 'fs-bounced=; Path=/; Max-Age=0']]);
        }
        $cookies[] = 'fs-bounced=' . ($bounces + 1) . '; Path=/; Max-Age=60; HttpOnly; SameSite=Lax';
        return $this->refuse('GET', $target, $headers, $shopper, $cookies);
    }

    private function refuse(string $method, string $target, array $headers, ?string $shopper, array $cookies = []): Answer
    {
        $isNavigation = $method === 'GET' && str_contains($headers['accept'] ?? '', 'text/html')
            && in_array($headers['sec-fetch-mode'] ?? 'navigate', ['', 'navigate'], true) && !isset($headers['x-requested-with']);
        $page = $this->origin . self::clean($target);
        $referer = $headers['referer'] ?? '';
        if (!$isNavigation && ($method !== 'GET' || str_starts_with($referer, "$this->origin/"))) {
            // A script's request comes from a page: the shopper wants to return there.
            $page = str_starts_with($referer, "$this->origin/") ? $referer : "$this->origin/";
        }
        $page = strlen($page) > self::MAX_RETURN_URL ? strtok($page, '?#') : $page;
        $page = strlen($page) > self::MAX_RETURN_URL ? "$this->origin/" : $page;
        $lineUrl = "$this->edge/line/$this->sale?returnUrl=" . rawurlencode($page);
        if ($shopper !== null && $this->enqueueSecret !== null) {
            $lineUrl .= '&enqueueToken=' . $this->tokens->enqueue($shopper, $this->enqueueSecret);
        }
        return $isNavigation ? $this->redirect($lineUrl, $cookies) : $this->problem(401, 'admissionRequired', [
            'X-FlashSale-Line-Url' => [$lineUrl], 'Access-Control-Expose-Headers' => ['X-FlashSale-Line-Url'],
        ], ['lineUrl' => $lineUrl]);
    }

    private function cookieOf(Admission $admission): string
    {
        $until = min(time() + $this->idleSeconds, $admission->endsAt);
        $value = $this->tokens->seal([...(array) $admission, 'until' => $until]);
        return "$this->cookie=$value; Path=/; Max-Age=" . max(0, $until - time()) . '; HttpOnly; SameSite=Lax'
            . (str_starts_with($this->origin, 'https:') ? '; Secure' : '');
    }

    private function readCookie(array $headers, ?array &$set): ?Admission
    {
        $set = [];
        $content = $this->tokens->open($this->cookies($headers)[$this->cookie] ?? '');
        if ($content === null || min($content['until'], $content['endsAt']) <= time()) {
            return null;
        }
        $until = $content['until'];
        unset($content['until']);
        $admission = new Admission(...$content);
        if (!$this->tokens->isPublished($admission)) {
            return null;
        }
        // It slides while the shopper is active, and never outlives the admission.
        if ($until < $admission->endsAt && $until - time() < $this->idleSeconds / 2) {
            $set = ['Set-Cookie' => [$this->cookieOf($admission)]];
        }
        return $admission;
    }

    private function cookies(array $headers): array
    {
        preg_match_all('/(?:^|;)\s*([^=;\s]+)=([^;]*)/', $headers['cookie'] ?? '', $pairs);
        return array_combine($pairs[1], $pairs[2]);
    }

    /** Neither the address with the token nor the one of the line stays in a cache or goes on as a Referer. */
    private function redirect(string $url, array $cookies): Answer
    {
        return new Answer(null, 302, [
            'Location' => [$url], 'Cache-Control' => ['no-store'], 'Referrer-Policy' => ['no-referrer'], 'Set-Cookie' => $cookies,
        ]);
    }

    private function problem(int $status, string $code, array $headers, array $more = []): Answer
    {
        $headers += ['Content-Type' => ['application/problem+json'], 'Cache-Control' => ['no-store']];
        return new Answer(null, $status, $headers, json_encode(['status' => $status, 'code' => $code] + $more, JSON_UNESCAPED_SLASHES));
    }

    private static function isToken(string $pair): bool
    {
        return strtolower(urldecode(explode('=', $pair, 2)[0])) === 'admission';
    }

    private static function tokenOf(string $target): ?string
    {
        $pair = current(array_filter(explode('&', explode('?', $target, 2)[1] ?? ''), self::isToken(...)));
        return $pair === false ? null : urldecode(explode('=', $pair, 2)[1] ?? '');
    }

    /** The target as it was sent, without the token; behind the origin, or //evil.example would be another host's address. */
    private static function clean(string $target): string
    {
        [$path, $query] = explode('?', preg_replace('#^[a-z]+://[^/?]*#i', '', $target), 2) + [1 => ''];
        $kept = array_filter(explode('&', $query), fn (string $pair) => !self::isToken($pair));
        return $path . ($query === '' || $kept === [] ? '' : '?' . implode('&', $kept));
    }
}
