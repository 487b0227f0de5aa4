"""What all processes of a shop share: the tokens that were used."""

import os
import sqlite3
import time
from contextlib import closing


class FileStore:
    """For the processes of one machine: a database in a folder that they all can write, and nobody else."""

    def __init__(self, folder: str) -> None:
        os.makedirs(folder, 0o700, exist_ok=True)
        self._file = os.path.join(folder, "used.db")

    def once(self, key: str, until: int) -> bool:
        """Remembers a key until then (epoch seconds), in one step with looking; False when it was there."""
        with closing(sqlite3.connect(self._file, isolation_level=None)) as database:
            database.execute("CREATE TABLE IF NOT EXISTS used (key TEXT PRIMARY KEY, until INTEGER)")
            database.execute("DELETE FROM used WHERE until < ?", (time.time(),))
            return database.execute("INSERT OR IGNORE INTO used VALUES (?, ?)", (key, until)).rowcount == 1
