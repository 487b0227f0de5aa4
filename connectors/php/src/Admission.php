<?php

declare(strict_types=1);

namespace FlashSale;

/** A shopper whom the line has admitted to one unit. */
final class Admission
{
    public function __construct(
        public readonly string $token,   // to redeem it, server to server; keep it out of logs
        public readonly string $id,
        public readonly string $shopper,
        public readonly int $unit,
        public readonly int $endsAt,     // epoch seconds
    ) {
    }
}
