<?php

declare(strict_types=1);

namespace FlashSale;

/** Admission tokens, verified by the line's published keys; enqueue tokens; the shop's own cookie. */
final class Tokens
{
    private const MAX_TOKEN = 2048;
    private const SKEW_SECONDS = 5;
    private const REFRESH_SECONDS = 30;
    private const ENQUEUE_SECONDS = 600;
    // What comes before the two coordinates of a P-256 key in its DER form.
    private const P256 = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';

    public function __construct(
        private readonly Edge $edge,
        private readonly Store $store,
        private readonly string $issuer,
        private readonly string $storefront,
        private readonly string $sale,
        private readonly string $secret,
    ) {
    }

    /** False while no keys were ever fetched: then no token can be judged. */
    public function isReady(): bool
    {
        return $this->keys() !== null;
    }

    public function verify(string $token): ?Admission
    {
        if (strlen($token) > self::MAX_TOKEN || !preg_match('/^([\w-]+)\.([\w-]+)\.([\w-]{86})$/D', $token, $parts)) {
            return null;
        }
        $header = json_decode(self::decode($parts[1]), true);
        $claims = json_decode(self::decode($parts[2]), true);
        if (!is_array($header) || !is_array($claims) || ($header['alg'] ?? null) !== 'ES256' || isset($header['crit'])) {
            return null;
        }
        $key = $this->find($header['kid'] ?? null);
        if ($key === null || !self::isSigned("$parts[1].$parts[2]", self::decode($parts[3]), $key)) {
            return null;
        }
        $now = time();
        $good = ($claims['iss'] ?? null) === $this->issuer && ($claims['aud'] ?? null) === $this->storefront
            && ($claims['sale'] ?? null) === $this->sale
            && is_int($claims['exp'] ?? null) && $claims['exp'] + self::SKEW_SECONDS > $now
            && ($claims['nbf'] ?? 0) <= $now + self::SKEW_SECONDS
            && is_string($claims['sub'] ?? null) && is_string($claims['jti'] ?? null)
            && is_int($claims['unit'] ?? null) && is_int($claims['place'] ?? null) && is_int($claims['redeemBy'] ?? null);
        return $good ? new Admission($token, $claims['jti'], $claims['sub'], $claims['unit'], $claims['exp']) : null;
    }

    /** Each token opens the shop once. Without the signature: ECDSA's can be rewritten into another valid one. */
    public function spend(Admission $admission): bool
    {
        $text = substr($admission->token, 0, strrpos($admission->token, '.'));
        return $this->store->once(hash('sha256', $text), $admission->endsAt + self::SKEW_SECONDS);
    }

    /** A key that is published no more has been revoked, and whoever came in by one goes out with it. */
    public function isPublished(Admission $admission): bool
    {
        $header = json_decode(self::decode(strstr($admission->token, '.', true)), true);
        return isset($this->keys()[$header['kid'] ?? '']);
    }

    /** The storefront's word to the line for who the shopper is. */
    public function enqueue(string $shopper, string $secret): string
    {
        $text = self::encode('{"alg":"HS256"}') . '.' . self::encode(json_encode([
            'iss' => $this->storefront, 'aud' => 'waitingroom', 'sub' => $shopper, 'sale' => $this->sale,
            'exp' => time() + self::ENQUEUE_SECONDS,
        ]));
        return "$text." . self::encode(hash_hmac('sha256', $text, $secret, true));
    }

    /** Encrypted, and good for this sale only. */
    public function seal(array $content): string
    {
        $nonce = random_bytes(12);
        $text = openssl_encrypt(json_encode($content), 'aes-256-gcm', $this->cookieKey(), OPENSSL_RAW_DATA, $nonce, $tag, $this->sale);
        return self::encode($nonce . $tag . $text);
    }

    public function open(string $sealed): ?array
    {
        $bytes = self::decode($sealed);
        if (strlen($bytes) < 28 || self::encode($bytes) !== $sealed) {
            return null;
        }
        $text = openssl_decrypt(substr($bytes, 28), 'aes-256-gcm', $this->cookieKey(), OPENSSL_RAW_DATA,
            substr($bytes, 0, 12), substr($bytes, 12, 16), $this->sale);
        return $text === false ? null : json_decode($text, true);
    }

    private function cookieKey(): string
    {
        return hash('sha256', $this->secret, true);
    }

    private function find(mixed $kid): ?array
    {
        if (!is_string($kid)) {
            return null;
        }
        return $this->keys()[$kid] ?? $this->keys(unknown: true)[$kid] ?? null;
    }

    /**
     * The keys by kid, fetched anew when they are old or one is not known; by one process, once a second. The last good
     * ones stay while the edge does not answer.
     */
    private function keys(bool $unknown = false): ?array
    {
        $kept = $this->store->keys();
        $now = time();
        $isOld = $kept === null || $now - $kept['fetchedAt'] >= self::REFRESH_SECONDS;
        if (($isOld || $unknown) && $this->store->once("keys-$now", $now) && ($set = $this->edge->keySet()) !== null) {
            $this->store->keepKeys($set, $now);
            $kept = ['set' => $set];
        } elseif ($kept === null || ($unknown && $kept['fetchedAt'] < $now)) {
            // Another process may be fetching them at this moment.
            for ($wait = 0; $wait < 20 && ($this->store->keys()['fetchedAt'] ?? 0) < $now; $wait++) {
                usleep(10_000);
            }
            $kept = $this->store->keys();
        }
        return $kept === null ? null : array_column(json_decode($kept['set'], true)['keys'], null, 'kid');
    }

    private static function isSigned(string $text, string $signature, array $key): bool
    {
        $point = self::decode($key['x'] ?? '') . self::decode($key['y'] ?? '');
        if (strlen($point) !== 64 || strlen($signature) !== 64) {
            return false;
        }
        $pem = "-----BEGIN PUBLIC KEY-----\n" . base64_encode(hex2bin(self::P256) . $point) . "\n-----END PUBLIC KEY-----";
        $numbers = '';
        foreach (str_split($signature, 32) as $number) {
            $number = ltrim($number, "\0");
            $number = $number === '' || ord($number[0]) > 127 ? "\0$number" : $number;
            $numbers .= "\x02" . chr(strlen($number)) . $number;
        }
        return openssl_verify($text, "\x30" . chr(strlen($numbers)) . $numbers, $pem, OPENSSL_ALGO_SHA256) === 1;
    }

    private static function encode(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }

    private static function decode(string $text): string
    {
        return (string) base64_decode(strtr($text, '-_', '+/'));
    }
}
