<?php

declare(strict_types=1);

namespace FlashSale;

/** What becomes of a request: the shopper is let through (status 0), or answered. */
final class Answer
{
    /** @param array<string, list<string>> $headers to send in either case */
    public function __construct(
        public readonly ?Admission $admission,
        public readonly int $status,
        public readonly array $headers,
        public readonly string $body = '',
    ) {
    }

    public function isLetThrough(): bool
    {
        return $this->status === 0;
    }

    /** Sends what there is to send, in plain PHP; true when the page is to follow. */
    public function send(): bool
    {
        foreach ($this->headers as $name => $values) {
            foreach ($values as $value) {
                header("$name: $value", $name !== 'Set-Cookie');
            }
        }
        if (!$this->isLetThrough()) {
            http_response_code($this->status);
            echo $this->body;
        }
        return $this->isLetThrough();
    }
}
