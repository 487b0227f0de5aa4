"""Puts a Python shop behind a FlashSale waiting room (docs/embedding.md of FlashSale)."""

from .edge import Edge, is_over
from .middleware import WaitingRoomASGI, WaitingRoomWSGI
from .room import Admission, Answer, WaitingRoom
from .store import FileStore

__all__ = ["Admission", "Answer", "Edge", "FileStore", "WaitingRoom", "WaitingRoomASGI", "WaitingRoomWSGI",
           "is_over"]
__version__ = "1.0.0"
