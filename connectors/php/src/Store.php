<?php

declare(strict_types=1);

namespace FlashSale;

/** What all processes of a shop share: the tokens that were used, and the line's published keys. */
interface Store
{
    /** Remembers a key until then (epoch seconds), in one step with looking; false when it was there. */
    public function once(string $key, int $until): bool;

    /** @return array{fetchedAt: int, set: string}|null what was kept last */
    public function keys(): ?array;

    public function keepKeys(string $set, int $fetchedAt): void;
}
