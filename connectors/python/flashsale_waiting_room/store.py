"""What all processes of a shop share: the tokens that were used."""

import hashlib
import os
import shutil
import time

BUCKET_SECONDS = 60


class FileStore:
    """For the processes of one machine: a folder that they all can write, and nobody else."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        os.makedirs(folder, 0o700, exist_ok=True)

    def once(self, key: str, until: int) -> bool:
        """Remembers a key until then (epoch seconds), in one step with looking; False when it was there."""
        bucket = os.path.join(self.folder, f"used-{until // BUCKET_SECONDS + 1}")
        if not os.path.isdir(bucket):
            os.makedirs(bucket, 0o700, exist_ok=True)
            self._sweep()
        try:
            os.close(os.open(os.path.join(bucket, hashlib.sha256(key.encode()).hexdigest()), os.O_CREAT | os.O_EXCL, 0o600))
            return True
        except FileExistsError:
            return False

    def _sweep(self) -> None:
        now = int(time.time()) // BUCKET_SECONDS
        for name in os.listdir(self.folder):
            if name.startswith("used-") and int(name[5:]) < now:
                shutil.rmtree(os.path.join(self.folder, name), ignore_errors=True)
