<?php

declare(strict_types=1);

namespace FlashSale;

/** For the processes of one machine: a folder that they all can write, and nobody else. */
final class FileStore implements Store
{
    private const BUCKET_SECONDS = 60;

    public function __construct(private readonly string $folder)
    {
        $this->makeFolder($folder);
    }

    public function once(string $key, int $until): bool
    {
        $now = intdiv(time(), self::BUCKET_SECONDS);
        $bucket = intdiv($until, self::BUCKET_SECONDS) + 1;
        $folder = "$this->folder/used-$bucket";
        if (!is_dir($folder)) {
            $this->makeFolder($folder);
            $this->sweep($now);
        }
        // "x": created by us, or it was there.
        $file = @fopen("$folder/" . hash('sha256', $key), 'x');
        return $file !== false && fclose($file);
    }

    public function keys(): ?array
    {
        $text = @file_get_contents("$this->folder/keys.json");
        $kept = $text === false ? null : json_decode($text, true);
        return is_array($kept) && isset($kept['fetchedAt'], $kept['set']) ? $kept : null;
    }

    public function keepKeys(string $set, int $fetchedAt): void
    {
        $new = tempnam($this->folder, 'new');
        file_put_contents($new, json_encode(['fetchedAt' => $fetchedAt, 'set' => $set]));
        rename($new, "$this->folder/keys.json");
    }

    private function sweep(int $now): void
    {
        foreach (glob("$this->folder/used-*", GLOB_ONLYDIR) ?: [] as $old) {
            if ((int) substr(strrchr($old, '-'), 1) < $now) {
                array_map(unlink(...), glob("$old/*") ?: []);
                @rmdir($old);
            }
        }
    }

    private function makeFolder(string $folder): void
    {
        if (!is_dir($folder) && !@mkdir($folder, 0700, true) && !is_dir($folder)) {
            throw new \RuntimeException("$folder can't be created");
        }
    }
}
