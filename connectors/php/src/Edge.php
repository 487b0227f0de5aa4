<?php

declare(strict_types=1);

namespace FlashSale;

/**
 * Server to server. Calls may be repeated, so a lost answer is asked for again.
 * All answers are array{status: int, body: array<string, mixed>}; status 0: none came.
 */
final readonly class Edge
{
    private const MAX_ANSWER = 65_536; // bytes

    public function __construct(private string $url, private string $sale, private ?string $apiKey) {}

    /** The admitted unit, reserved: the same one however often. */
    public function redeem(string $token, int $tries = 3, int $seconds = 5): array
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

    /** The ledger's word that the admission is over: forget it, and the line gives a new place. */
    public static function isOver(array $answer): bool
    {
        return $answer['status'] === 410;
    }

    public function call(string $method, string $path, mixed $body = null, int $tries = 3, int $seconds = 5): array
    {
        $context = stream_context_create(['http' => [
            'method' => $method, 'content' => $body === null ? '' : json_encode($body),
            'header' => ['Content-Type: application/json', "Authorization: Bearer $this->apiKey"],
            'timeout' => $seconds, 'ignore_errors' => true, 'follow_location' => 0,
        ]]);
        for ($try = 0; $try < $tries; $try++) {
            usleep($try * 200_000);
            $text = @file_get_contents($this->url . $path, false, $context, 0, self::MAX_ANSWER);
            $status = $text === false ? 500 : (int) explode(' ', $http_response_header[0])[1];
            if ($status < 500) {
                return ['status' => $status, 'body' => (array) json_decode($text, true)];
            }
        }
        return ['status' => 0, 'body' => ['code' => 'unavailable']];
    }
}
