<?php

declare(strict_types=1);

namespace FlashSale;

/** The line's keys can't be fetched now: whether a token is good is not known. */
final class NotFetched extends \RuntimeException {}
