"""The edge, server to server."""

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Dict, Optional, Tuple

import jwt

OVER = ("admissionSpent", "admissionMissed", "reservationEnded")  # the ledger's words for: join the line again
REFRESH_SECONDS = 30  # a new key is published longer than this before it signs
MAX_ANSWER = 65536


class Edge:
    """Every call may be repeated, so it is repeated when the answer was lost. Answers are (status, body); 0: none came."""

    def __init__(self, url: str, sale: str, api_key: Optional[str]) -> None:
        self.url, self.sale, self.api_key = url, sale, api_key

    def redeem(self, token: str, tries: int = 3, timeout: float = 5) -> Tuple[int, Dict[str, Any]]:
        """The admitted unit, reserved: the same one however often."""
        return self._call("POST", f"/sales/{self.sale}/reservations", {"admission": token}, tries, timeout)

    def confirm(self, reservation: str) -> Tuple[int, Dict[str, Any]]:
        """The shop has the money: sold. 410 means too late: refund the shopper."""
        return self._call("POST", f"/reservations/{urllib.parse.quote(reservation, '')}/confirm")

    def give_back(self, reservation: str) -> Tuple[int, Dict[str, Any]]:
        """To the next in line."""
        return self._call("DELETE", f"/reservations/{urllib.parse.quote(reservation, '')}")

    def send(self, method: str, path: str, body: Any = None, timeout: float = 5) -> Tuple[int, bytes]:
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if self.api_key:
            headers["Authorization"] = f"Bearer {self.api_key}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, answer.read(MAX_ANSWER)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read(MAX_ANSWER)

    def _call(self, method: str, path: str, body: Any = None, tries: int = 3, timeout: float = 5) -> Tuple[int, Dict[str, Any]]:
        for attempt in range(1, tries + 1):
            if attempt > 1:
                time.sleep(0.2 * attempt)
            try:
                status, text = self.send(method, path, body, timeout)
                if status < 500:
                    return status, json.loads(text)
            except (OSError, ValueError):
                pass  # lost: once more
        return 0, {"code": "unavailable"}


def is_over(answer: Tuple[int, Dict[str, Any]]) -> bool:
    """The ledger's word that the admission is over: forget it, and the line gives a new place."""
    return answer[1].get("code") in OVER


class Keys:
    """The published keys: refreshed beside the requests, at once for an unknown kid, and kept while the edge is silent."""

    def __init__(self, edge: Edge) -> None:
        self._edge, self._lock = edge, threading.Lock()
        self._keys: Optional[Dict[str, Any]] = None
        self._tried_at = self._fetched_at = float("-inf")

    def are_known(self) -> bool:
        """False while none were ever fetched: then no token can be judged."""
        if self._keys is None:
            self._fetch()
        return self._keys is not None

    def is_published(self, kid: Any) -> bool:
        if time.monotonic() - self._fetched_at > REFRESH_SECONDS and time.monotonic() - self._tried_at > 1:
            threading.Thread(target=self._fetch, daemon=True).start()
        return self._keys is None or kid in self._keys

    def find(self, kid: Any) -> Any:
        if not self.is_published(kid) or self._keys is None:
            self._fetch()
        return (self._keys or {}).get(kid)

    def _fetch(self) -> None:
        with self._lock:  # who waited for another's fetch takes its result
            if time.monotonic() - self._tried_at < 1:
                return
            self._tried_at = time.monotonic()
            try:
                status, text = self._edge.send("GET", "/.well-known/jwks.json", timeout=2)
                if status == 200:
                    self._keys = {key.key_id: key.key for key in jwt.PyJWKSet.from_dict(json.loads(text)).keys}
                    self._fetched_at = time.monotonic()
            except (OSError, ValueError, jwt.PyJWTError):
                pass  # the last good ones stay
            finally:
                self._tried_at = time.monotonic()
