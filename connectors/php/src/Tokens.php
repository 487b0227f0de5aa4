<?php

declare(strict_types=1);

namespace FlashSale;

/** The line's tokens, with what the processes of one machine share: the published keys, and which were used. */
final readonly class Tokens
{
    private const MAX_CHARACTERS = 2048; // an admission is far shorter
    private const REFRESH_SECONDS = 30;  // a new key is published longer than this before it signs
    public const SKEW_SECONDS = 5;
    // What comes before the two coordinates of a P-256 key in its DER form.
    private const P256 = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';

    /** @param list<string> $whose the issuer, the storefront and the sale */
    public function __construct(private Edge $edge, private string $folder, private array $whose) {}

    /**
     * The claims of a good one, and the token itself.
     * @param bool $isSealed it was verified before: while its key can't be fetched, nothing is known against it
     * @throws NotFetched when its key is not known, and the keys can't be fetched now
     */
    public function verify(string $token, bool $isSealed = false): ?array
    {
        if (strlen($token) > self::MAX_CHARACTERS || !preg_match('/^([\w-]+)\.([\w-]+)\.([\w-]{86})$/D', $token, $parts)) {
            return null;
        }
        $header = json_decode(self::decode($parts[1]), true);
        $claims = json_decode(self::decode($parts[2]), true);
        $isEs256 = ($header['alg'] ?? '') === 'ES256' && !isset($header['crit']); // no extensions: RFC 7515, 4.1.11
        try {
            $key = $isEs256 ? $this->find((string) ($header['kid'] ?? '')) : null;
            $isSigned = $key !== null && self::isSigned("$parts[1].$parts[2]", self::decode($parts[3]), $key);
        } catch (NotFetched $unknown) {
            $isSigned = $isSealed || throw $unknown;
        }
        $isGood = $isSigned
            && [$claims['iss'] ?? null, $claims['aud'] ?? null, $claims['sale'] ?? null] === $this->whose
            && isset($claims['sub'], $claims['jti'], $claims['unit'], $claims['place'], $claims['redeemBy'])
            && ($claims['exp'] ?? 0) + self::SKEW_SECONDS > time()
            && ($claims['nbf'] ?? 0) <= time() + self::SKEW_SECONDS;
        return $isGood ? ['token' => $token] + $claims : null;
    }

    /** Remembers a name until then (epoch seconds), in one step with looking; false when it was there. */
    public function once(string $name, int $until): bool
    {
        $file = $this->file("used-$name");
        $isNew = @fopen($file, 'x') !== false; // made by us, or it was there
        $isNew || file_exists($file) || throw new \RuntimeException("$file can't be written");
        return $isNew && touch($file, $until);
    }

    public static function sign(array $claims, string $secret): string
    {
        $text = self::encode('{"alg":"HS256"}') . '.' . self::encode(json_encode($claims));
        return "$text." . self::encode(hash_hmac('sha256', $text, $secret, true));
    }

    /**
     * A published key. They are fetched when they are old or this one is not known, by one process, once a second; who
     * needs them waits for it. The last good ones stay while the edge does not answer, and say nothing of a newer one.
     */
    private function find(string $kid): ?array
    {
        $lock = @fopen($this->file('keys.lock'), 'c'); // without it there are only more fetches
        $kept = $this->kept();
        if (isset($kept['keys'][$kid])) {
            $isOld = abs(time() - $kept['at']) >= self::REFRESH_SECONDS; // or of a time to come: the clock was set back
            $isMine = $isOld && (!$lock || flock($lock, LOCK_EX | LOCK_NB));
            return ($isMine ? $this->fetch() : $kept)['keys'][$kid] ?? null;
        }
        $lock && flock($lock, LOCK_EX);
        $kept = $this->fetch();
        return $kept['keys'][$kid] ?? ($kept['at'] === $kept['tried'] ? null : throw new NotFetched());
    }

    private function fetch(): array
    {
        [$kept, $now] = [$this->kept(), time()];
        if (abs($now - $kept['tried']) <= 1) {
            return $kept; // what another has fetched meanwhile
        }
        $answer = $this->edge->call('GET', '/.well-known/jwks.json', tries: 1, seconds: 2);
        $kept['tried'] = time();
        $published = $answer['body']['keys'] ?? null;
        $keys = array_column(array_filter(is_array($published) ? $published : [], self::isUsable(...)), null, 'kid');
        if ($keys !== []) {
            $kept = ['at' => $kept['tried'], 'keys' => $keys] + $kept;
            $isOver = fn (string $used) => filemtime($used) < $now - self::REFRESH_SECONDS;
            array_map(unlink(...), array_filter(glob("$this->folder/used-*"), $isOver));
        }
        $isWritten = @file_put_contents($this->file('new.json'), json_encode($kept));
        $isWritten && rename($this->file('new.json'), $this->file('keys.json'));
        return $kept;
    }

    /** One that verifies tokens: the document may have others, or be none. */
    private static function isUsable(mixed $key): bool
    {
        $isNumber = fn (string $name) => is_string($key[$name] ?? null) && strlen(self::decode($key[$name])) === 32;
        return is_array($key) && [$key['kty'] ?? '', $key['crv'] ?? ''] === ['EC', 'P-256']
            && is_string($key['kid'] ?? null) && $isNumber('x') && $isNumber('y');
    }

    /** The keys by kid, when they were fetched, and when that was last tried. */
    private function kept(): array
    {
        $text = @file_get_contents($this->file('keys.json')) ?: '[]';
        return (array) json_decode($text, true) + ['keys' => [], 'at' => 0, 'tried' => 0];
    }

    private function file(string $name): string
    {
        is_dir($this->folder) || @mkdir($this->folder, 0700, true);
        return "$this->folder/$name";
    }

    private static function isSigned(string $text, string $signature, array $key): bool
    {
        $point = hex2bin(self::P256) . self::decode($key['x']) . self::decode($key['y']);
        $pem = "-----BEGIN PUBLIC KEY-----\n" . base64_encode($point) . "\n-----END PUBLIC KEY-----";
        $numbers = '';
        foreach (str_split($signature, 32) as $number) {
            $number = ltrim($number, "\0");
            $number = ($number[0] ?? '') > "\x7f" ? "\0$number" : $number;
            $numbers .= "\x02" . chr(strlen($number)) . $number;
        }
        return openssl_verify($text, "\x30" . chr(strlen($numbers)) . $numbers, $pem, 'sha256') === 1;
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
