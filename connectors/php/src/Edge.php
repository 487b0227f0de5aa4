<?php

declare(strict_types=1);

namespace FlashSale;

/** The edge, server to server. Every call may be repeated, so it is repeated when the answer was lost. */
final class Edge
{
    private const TRIES = 3;
    private const PAUSE_MICROSECONDS = 200_000;

    public function __construct(private readonly string $url, private readonly string $sale, private readonly ?string $apiKey)
    {
    }

    /**
     * The admitted unit, reserved: the same one however often.
     *
     * @return array{status: int, body: array<string, mixed>} status 0: no answer
     */
    public function redeem(string $token, int $tries = self::TRIES, float $seconds = 5): array
    {
        return $this->call('POST', "/sales/$this->sale/reservations", ['admission' => $token], $tries, $seconds);
    }

    /** The shop has the money: sold. 410 means too late: refund the shopper. */
    public function confirm(string $reservation): array
    {
        return $this->call('POST', '/reservations/' . rawurlencode($reservation) . '/confirm');
    }

    /** To the next in line. */
    public function giveBack(string $reservation): array
    {
        return $this->call('DELETE', '/reservations/' . rawurlencode($reservation));
    }

    /** The published keys; null when there is no answer. */
    public function keySet(): ?string
    {
        [$status, $text] = $this->send('GET', '/.well-known/jwks.json', null, 2);
        return $status === 200 && is_array(json_decode($text, true)['keys'] ?? null) ? $text : null;
    }

    /** The ledger's word that the admission is over: forget it, and the line gives a new place. */
    public static function isOver(array $answer): bool
    {
        return in_array($answer['body']['code'] ?? '', ['admissionSpent', 'admissionMissed', 'reservationEnded'], true);
    }

    private function call(string $method, string $path, ?array $body = null, int $tries = self::TRIES, float $seconds = 5): array
    {
        for ($try = 1; $try <= $tries; $try++) {
            if ($try > 1) {
                usleep(self::PAUSE_MICROSECONDS * $try);
            }
            [$status, $text] = $this->send($method, $path, $body, $seconds);
            if ($status >= 200 && $status < 500) {
                return ['status' => $status, 'body' => (array) json_decode($text, true)];
            }
        }
        return ['status' => 0, 'body' => ['code' => 'unavailable']];
    }

    /** @return array{int, string} */
    private function send(string $method, string $path, ?array $body, float $seconds): array
    {
        $headers = ['Accept: application/json', 'Connection: close'];
        if ($this->apiKey !== null) {
            $headers[] = "Authorization: Bearer $this->apiKey";
        }
        if ($body !== null) {
            $headers[] = 'Content-Type: application/json';
        }
        $text = @file_get_contents($this->url . $path, false, stream_context_create(['http' => [
            'method' => $method, 'header' => $headers, 'content' => $body === null ? '' : json_encode($body),
            'timeout' => $seconds, 'ignore_errors' => true, 'follow_location' => 0,
        ]]), 0, 65536);
        $first = $http_response_header[0] ?? '';
        return $text === false ? [0, ''] : [(int) (explode(' ', $first)[1] ?? 0), $text];
    }
}
